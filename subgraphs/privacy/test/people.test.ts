import { describe, expect, it } from '@jest/globals'
import { parsePatientIdentifier } from '@kilde/contract'
import { listedPeople, type Person } from '../src/people/people.js'
import { representationOf } from '../src/settings/representation.js'

const child = parsePatientIdentifier('08825133489')
const parent = parsePatientIdentifier('15886220593')
const HOUR = 60 * 60_000
const begin = Date.parse('2026-06-01T12:00:00Z')
const list: readonly Person[] = [
  {
    ...{ identifier: child, birthDate: '2018-01-01', addressConfidential: false },
    representatives: [
      { identifier: parent, kind: 'PARENT', validity: { from: '2020-01-01T00:00:00Z' } },
    ],
  },
  { identifier: parent, birthDate: '1981-12-02', addressConfidential: false, representatives: [] },
]

describe('base data', () => {
  const at = (nowMs: number, asOfMs?: number) => listedPeople(list, { asOfMs, now: () => nowMs })
  const represents = (people: ReturnType<typeof at>) =>
    representationOf(child, [], people, begin).map(({ kind }) => kind)

  it('say that an address is open until they are a day old', () => {
    const people = at(begin + 24 * HOUR, begin)
    expect(people.find(child)).toMatchObject({ addressConfidential: false })
    expect(represents(people)).toEqual(['PARENT'])
  })

  it('say of nobody that the address is open when they are older, and nobody represents', () => {
    const people = at(begin + 24 * HOUR + 1, begin)
    expect(people.find(child)).toMatchObject({ addressConfidential: true, birthDate: '2018-01-01' })
    expect(represents(people)).toEqual([])
  })

  it('do not age where they are of test persons', () => {
    const people = at(begin)
    expect(people.asOfMs()).toBe(begin)
    expect(represents(people)).toEqual(['PARENT'])
  })
})
