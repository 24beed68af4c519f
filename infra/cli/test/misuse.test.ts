import { describe, expect, it } from '@jest/globals'
import { type ControlLookup, type ControlledAccess, detect } from '../src/control/detect.js'
import { generateAccesses } from '../src/control/generate-accesses.js'
import { runMisuse } from '../src/control/run-misuse.js'
import { seeded } from '../src/control/seeded.js'

const NOON = Date.parse('2026-03-14T12:00:00+01:00')
const MINUTE = 60_000

const access = (at: number, change: Partial<ControlledAccess> = {}): ControlledAccess => ({
  id: `a-${at}`,
  atMs: NOON + at * MINUTE,
  user: 'u',
  userFamilyName: 'Sjelden',
  organization: 'o',
  patient: `p-${at}`,
  userSelected: true,
  ...change,
})
const nobody: ControlLookup = {
  familyNameOf: () => undefined,
  bearersOf: () => 1,
  worksAt: () => false,
}
const rulesFor = (accesses: readonly ControlledAccess[], lookup: Partial<ControlLookup> = {}) => [
  ...new Set(detect(accesses, { ...nobody, ...lookup }).map(({ rule }) => rule)),
]

describe('rules of log control', () => {
  it('find forty patients in an hour, and not forty accesses to one', () => {
    const hour = Array.from({ length: 40 }, (_, at) => access(at))
    expect(rulesFor(hour)).toEqual(['BULK'])
    expect(rulesFor(hour.slice(1))).toEqual([])
    expect(rulesFor(hour.map((one) => ({ ...one, patient: 'p' })))).toEqual([])
    expect(rulesFor(hour.map((one, at) => ({ ...one, atMs: NOON + at * 5 * MINUTE })))).toEqual([])
  })

  it('find a colleague’s record, and a rare family name, only without a decision of others', () => {
    const lookup = { worksAt: () => true }
    expect(rulesFor([access(0)], lookup)).toEqual(['COLLEAGUE'])
    expect(rulesFor([access(0, { userSelected: false })], lookup)).toEqual([])
    const family = { familyNameOf: () => 'Sjelden' }
    expect(rulesFor([access(0)], family)).toEqual(['FAMILY_NAME'])
    expect(rulesFor([access(0)], { ...family, bearersOf: () => 20_000 })).toEqual([])
  })

  it('find a night of who does not work nights', () => {
    const days = Array.from({ length: 99 }, (_, at) => access(at * 1440, { userSelected: false }))
    const night = access(50 * 1440 - 9 * 60)
    expect(rulesFor([...days, night].sort((a, b) => a.atMs - b.atMs))).toEqual(['NIGHT'])
    const nights = days.map((one) => ({ ...one, atMs: one.atMs - 9 * 60 * MINUTE }))
    expect(rulesFor([...days, ...nights, night].sort((a, b) => a.atMs - b.atMs))).toEqual([])
  })

  it('reach their targets on a generated log, the same for the same seed', async () => {
    const lines: string[] = []
    const output = {
      write: (text: string) => void lines.push(text),
      isTerminal: false,
      columns: 100,
    }
    const surroundings = { out: output, err: output } as never
    expect(await runMisuse({ accesses: '20000', seed: '3' }, surroundings)).toBe(0)
    expect(lines.at(-1)).toMatch(
      /^least recall \d+\.\d %, \d+\.\d\d false alarms for 10,000 users a day/,
    )
    const one = generateAccesses(500, seeded(1))
    expect(generateAccesses(500, seeded(1)).accesses).toEqual(one.accesses)
  })
})
