import { describe, expect, it } from '@jest/globals'
import { parsePatientIdentifier } from '@kilde/contract'
import type { Citizen, CitizenPurpose } from '@kilde/trust'
import { createDecide } from '../src/path/decide.js'
import type { Intent } from '../src/path/stage.js'
import { listedPeople, type Person } from '../src/people/people.js'
import { Ledger } from '../src/settings/ledger.js'
import type { Statement } from '../src/settings/statement.js'

const patient = parsePatientIdentifier('08825133489')
const other = parsePatientIdentifier('15886220593')
const begin = Date.parse('2026-06-01T12:00:00Z')
const validity = { from: '2024-01-01T00:00:00Z' }
const blocking: Intent = {
  do: 'REGISTER',
  statements: [{ kind: 'BLOCK', data: {}, recipient: {} }],
}

const bornAt = (age: number) => `${2026 - age}-01-01`
const person = (change: Partial<Person> = {}): Person => ({
  identifier: patient,
  birthDate: bornAt(40),
  addressConfidential: false,
  representatives: [],
  ...change,
})
const adult = person({ identifier: other })
const represented = (kind: 'PARENT' | 'POWER_OF_ATTORNEY' | 'UNABLE_TO_CONSENT') => [
  { identifier: other, kind, validity },
]

function decide(
  people: readonly Person[],
  asked: { purpose: CitizenPurpose; by?: typeof patient; intent?: Intent },
  statements: readonly Statement[] = [],
) {
  const ledger = new Ledger()
  for (const [at, statement] of statements.entries()) {
    ledger.apply({ mark: { version: at + 1, tag: 'x'.repeat(43) }, person: patient, statement })
  }
  const { purpose, by = patient, intent = blocking } = asked
  const caller = { kind: 'citizen', pid: by.value, purpose } as Citizen
  return createDecide({ ledger, people: listedPeople(people), now: () => begin })({
    requestId: 'r',
    caller,
    person: patient,
    intent,
  })
}

const notAllowed = expect.objectContaining({
  code: 'PRIVACY_NOT_ALLOWED',
  publicText: 'You may not do this for this person.',
}) as unknown as Error

describe('who may state something', () => {
  it.each([
    [15, false],
    [16, true],
    [40, true],
  ])('a person of %i alone: %s', (age, may) => {
    const state = () => decide([person({ birthDate: bornAt(age) })], { purpose: 'PATRQT' })
    if (may) expect(state().writes).toMatchObject([{ kind: 'BLOCK', registeredBy: 'PATIENT' }])
    else expect(state).toThrow(notAllowed)
  })

  it.each([
    [11, 'PARENT', 'FAMRQT', true],
    [12, 'PARENT', 'FAMRQT', false],
    [11, 'PARENT', 'PWATRNY', false],
    [17, 'POWER_OF_ATTORNEY', 'PWATRNY', false],
    [18, 'POWER_OF_ATTORNEY', 'PWATRNY', true],
    [18, 'POWER_OF_ATTORNEY', 'FAMRQT', false],
    [16, 'UNABLE_TO_CONSENT', 'PWATRNY', true],
  ] as const)('for a person of %i by %s, as %s: %s', (age, kind, purpose, may) => {
    const people = [person({ birthDate: bornAt(age), representatives: represented(kind) }), adult]
    const state = () => decide(people, { purpose, by: other })
    if (may) expect(state().writes).toMatchObject([{ registeredBy: kind }])
    else expect(state).toThrow(notAllowed)
  })

  it('nobody for another without representation, and nobody whom base data do not know', () => {
    expect(() => decide([person(), adult], { purpose: 'PWATRNY', by: other })).toThrow(notAllowed)
    expect(() => decide([], { purpose: 'PATRQT' })).toThrow(notAllowed)
  })

  it.each([
    ['the person’s', { addressConfidential: true }, {}],
    ['the representative’s', {}, { addressConfidential: true }],
  ])('nobody for another where %s address is confidential, in the same words', (_, own, theirs) => {
    const child = person({
      birthDate: bornAt(8),
      representatives: represented('PARENT'),
      ...own,
    })
    const people = [child, person({ identifier: other, ...theirs })]
    expect(() => decide(people, { purpose: 'FAMRQT', by: other })).toThrow(notAllowed)
  })
})

describe('lifting', () => {
  const stated = (registeredBy: Statement['registeredBy']): Statement => ({
    id: '0b0e1a52-5d9c-4f0f-9d0e-1f8c5c3c2a11',
    kind: 'BLOCK',
    data: {},
    recipient: {},
    validity,
    registeredAt: '2026-01-01T00:00:00Z',
    registeredBy,
  })
  const people = [person({ representatives: represented('POWER_OF_ATTORNEY') }), adult]
  const intent = { do: 'LIFT', id: stated('PATIENT').id } as const

  it('ends a statement now and keeps it', () => {
    const { writes } = decide(people, { purpose: 'PATRQT', intent }, [stated('PATIENT')])
    expect(writes).toEqual([{ ...stated('PATIENT'), liftedAt: '2026-06-01T12:00:00.000Z' }])
  })

  it('by a representative ends what representatives stated, never what the person did', () => {
    const by = { purpose: 'PWATRNY', by: other, intent } as const
    expect(decide(people, by, [stated('POWER_OF_ATTORNEY')]).writes).toHaveLength(1)
    expect(() => decide(people, by, [stated('PATIENT')])).toThrow(notAllowed)
  })
})
