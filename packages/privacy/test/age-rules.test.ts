import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import { ageAt, countsAt } from '../src/index.js'

const at = (text: string) => Date.parse(text)

it('age counts on the date in Norway, not in Greenwich', () => {
  // 23:30 in Greenwich on the 18th is the 19th in Oslo, summer and winter.
  expect(ageAt('2012-07-19', at('2026-07-18T21:59:59Z'))).toBe(13)
  expect(ageAt('2012-07-19', at('2026-07-18T22:00:00Z'))).toBe(14)
  expect(ageAt('2012-01-19', at('2026-01-18T22:59:59Z'))).toBe(13)
  expect(ageAt('2012-01-19', at('2026-01-18T23:00:00Z'))).toBe(14)
})

it('somebody born on 29 February is a year older on 1 March', () => {
  expect(ageAt('2008-02-29', at('2026-02-28T12:00:00Z'))).toBe(17)
  expect(ageAt('2008-02-29', at('2026-03-01T12:00:00Z'))).toBe(18)
})

it.each([
  [11, true, false],
  [12, false, false],
  [15, false, false],
  [16, false, false],
  [17, false, false],
  [18, false, true],
])('at %i a parent counts: %s; a power of attorney: %s', (age, parent, attorney) => {
  const born = `${2026 - age}-01-01`
  const now = at('2026-06-01T12:00:00Z')
  expect(countsAt('PARENT', born, now)).toBe(parent)
  expect(countsAt('POWER_OF_ATTORNEY', born, now)).toBe(attorney)
})

it('nobody ever grows younger', () => {
  const date = fc.date({
    min: new Date('1930-01-01'),
    max: new Date('2020-01-01'),
    noInvalidDate: true,
  })
  const later = fc.integer({ min: 0, max: 40_000 })
  fc.assert(
    fc.property(date, later, later, (born, one, other) => {
      const birthDate = born.toISOString().slice(0, 10)
      const [early = 0, late = 0] = [one, other].sort((a, b) => a - b)
      const day = (days: number) => born.getTime() + days * 86_400_000
      expect(ageAt(birthDate, day(late))).toBeGreaterThanOrEqual(ageAt(birthDate, day(early)))
    }),
  )
})
