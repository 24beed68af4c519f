import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { effectiveOf, endOf } from '../src/map/effective.js'

/** Another way to the same: the clocks of the runtime's own time zone database, where the code uses luxon. */
const calendar = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Oslo' })
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const FIRST = Date.parse('1950-01-01T00:00:00Z')
const LAST = Date.parse('2060-01-01T00:00:00Z')

const two = (number: number): string => String(number).padStart(2, '0')
const days = fc
  .integer({ min: FIRST / (24 * HOUR_MS), max: LAST / (24 * HOUR_MS) })
  .map((day) => new Date(day * 24 * HOUR_MS).toISOString().slice(0, 10))
const instants = fc.integer({ min: FIRST, max: LAST })
/** Offsets that FHIR allows, in whole minutes. */
const offsets = fc.integer({ min: -14 * 60, max: 14 * 60 })

const write = (ms: number, offset: number): string => {
  const local = new Date(ms + offset * MINUTE_MS).toISOString().slice(0, -1)
  const size = Math.abs(offset)
  return `${local}${offset < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
}
const localDay = (ms: number): string => calendar.format(ms)

describe('a date without time', () => {
  it('begins with the first instant of that day on Norwegian clocks, whatever year, and no earlier', () => {
    fc.assert(
      fc.property(days, (day) => {
        const { startMs = 0, precision } = effectiveOf({ effectiveDateTime: day }) ?? {}
        expect(precision).toBe('DATE')
        expect(localDay(startMs)).toBe(day)
        expect(localDay(startMs - 1) < day).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('ends a period with the last instant of that day, also where it has 23 or 25 hours', () => {
    fc.assert(
      fc.property(days, (day) => {
        const end = Date.parse(endOf(day) ?? '')
        expect(localDay(end)).toBe(day)
        expect(localDay(end + 1) > day).toBe(true)
        const hours = (end + 1 - (effectiveOf({ effectiveDateTime: day })?.startMs ?? 0)) / HOUR_MS
        expect([23, 24, 25]).toContain(hours)
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['2026-03-29', 23],
    ['2026-10-25', 25],
    ['2026-06-01', 24],
  ])('%s has %d hours', (day, hours) => {
    const { startMs = 0 } = effectiveOf({ effectiveDateTime: day }) ?? {}
    expect((Date.parse(endOf(day) ?? '') + 1 - startMs) / HOUR_MS).toBe(hours)
  })

  it('is ordered as dates are, and a month or year begins with its first day', () => {
    fc.assert(
      fc.property(days, days, (one, other) => {
        const start = (text: string) => effectiveOf({ effectiveDateTime: text })?.startMs ?? 0
        expect(Math.sign(start(one) - start(other))).toBe(one < other ? -1 : Number(one > other))
        expect(start(one.slice(0, 7))).toBe(start(`${one.slice(0, 7)}-01`))
        expect(start(one.slice(0, 4))).toBe(start(`${one.slice(0, 4)}-01-01`))
      }),
    )
  })
})

describe('an instant', () => {
  it('is the same whatever offset it was sent with, and keeps that offset', () => {
    fc.assert(
      fc.property(instants, offsets, offsets, (ms, one, other) => {
        const [first, second] = [one, other].map((offset) =>
          effectiveOf({ effectiveDateTime: write(ms, offset) }),
        )
        expect(first).toEqual({ startMs: ms, start: write(ms, one), precision: 'INSTANT' })
        expect(second?.startMs).toBe(ms)
      }),
      { numRuns: 500 },
    )
  })

  it('lies within the hour that clocks show twice by its offset alone', () => {
    const [summer, winter] = ['+02:00', '+01:00'].map((offset) =>
      effectiveOf({ effectiveDateTime: `2026-10-25T02:30:00${offset}` }),
    )
    expect((winter?.startMs ?? 0) - (summer?.startMs ?? 0)).toBe(HOUR_MS)
  })

  it('is none without an offset: nobody knows whose clock it was', () => {
    fc.assert(
      fc.property(instants, (ms) => {
        const bare = new Date(ms).toISOString().slice(0, -1)
        expect(effectiveOf({ effectiveDateTime: bare })).toBeUndefined()
      }),
    )
  })
})
