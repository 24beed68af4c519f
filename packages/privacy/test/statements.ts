import fc from 'fast-check'
import type { Block } from '../src/index.js'

// A world small enough that statements often meet: two of everything.
const organizations = ['310000108', '310000205'] as const
const professionals = ['9990001', '9990002'] as const
const groups = ['LE', 'SP'] as const
export const codes = ['http://loinc.org|20150-9', 'http://loinc.org|8867-4'] as const
export const items = ['a'.repeat(32), 'b'.repeat(32)] as const
export const days = [1, 2, 3, 4, 5] as const

export const instant = (day: number): string => `2026-03-0${day}T00:00:00Z`

// Most statements name one or two things, else no two would ever meet.
const some = <T>(values: readonly T[]) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom(...values) },
  )
const given = (record: object) =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined))

/** Any block or consent. */
export const statement = fc
  .record({
    id: fc.uuid(),
    data: fc.record({
      organization: some(organizations),
      heldBy: some(organizations),
      dataClass: some(['Observation', 'CarePlan']),
      code: some(codes),
      item: some(items),
      from: some(days.map(instant)),
      until: some(days.map(instant)),
    }),
    recipient: fc.record({
      organization: some(organizations),
      professional: some(professionals),
      group: some(groups),
    }),
    validity: fc.record({
      from: fc.constantFrom(...days.slice(0, 2).map(instant)),
      until: some(days.slice(3).map(instant)),
    }),
  })
  .map(({ id, data, recipient, validity }) => ({
    id,
    data: given(data),
    recipient: given(recipient),
    validity: given(validity),
  }))
  .map((made) => made as Block)

export const access = fc
  .record({
    organization: fc.constantFrom(...organizations),
    professional: some(professionals),
    groups: fc.subarray([...groups]),
    dataClass: fc.constant('Observation'),
    heldBy: fc.constantFrom(...organizations),
    atMs: fc.constantFrom(...days).map((day) => Date.parse(instant(day))),
  })
  .map(({ professional, ...rest }) => ({ ...rest, ...(professional && { professional }) }))

export const row = fc.record({
  owner: fc.constantFrom(...organizations),
  codes: fc.subarray([...codes], { minLength: 1 }),
  item: fc.constantFrom(...items),
  tMs: fc.constantFrom(...days).map((day) => Date.parse(instant(day))),
})

export const viewOf = (blocks: readonly Block[], consents: readonly Block[] = []) => ({
  asOfMs: 0,
  blocks,
  consents,
  reservations: [],
  representation: [],
})
