import { describe, expect, it } from '@jest/globals'
import { parsePatientIdentifier } from '@kilde/contract'
import fc from 'fast-check'
import { readConsents } from '../src/fhir/read-consent.js'
import { consentsOf } from '../src/fhir/write-consent.js'
import type { Statement } from '../src/settings/statement.js'

const person = parsePatientIdentifier('08825133489')
const registeredAt = '2026-03-03T12:00:00.000Z'
const ID = '0b0e1a52-5d9c-4f0f-9d0e-1f8c5c3c2a11'

/** The Norwegian draft profile's example of an objection to everything. */
const example = {
  resourceType: 'Consent',
  id: 'HNConsentProfileExample001',
  status: 'active',
  scope: coded('http://terminology.hl7.org/CodeSystem/consentscope', 'patient-privacy'),
  category: [coded('http://loinc.org', '59284-0')],
  patient: { identifier: { ...person } },
  dateTime: '2022-03-29',
  policyRule: coded('http://hl7.no/fhir/CodeSystem/no-basis-legal-formality-or-basis', 'PBRL5-3'),
  provision: { type: 'deny' },
}
const hpr = (value: string) => ({
  actor: [{ reference: { identifier: { system: 'urn:oid:2.16.578.1.12.4.1.4.4', value } } }],
})

describe('a FHIR Consent', () => {
  it('is a block to everybody from its date in Norway', () => {
    expect(readConsents(example, person)).toEqual([
      {
        person,
        intent: {
          do: 'REGISTER',
          statements: [
            {
              kind: 'BLOCK',
              data: {},
              recipient: {},
              from: '2022-03-28T22:00:00.000Z',
              source: 'Consent/HNConsentProfileExample001',
            },
          ],
        },
      },
    ])
  })

  it('ends with the last day of its period, and names the professional', () => {
    const period = { start: '2022-02-01', end: '2022-03-31' }
    const read = readConsents({
      ...example,
      provision: { type: 'deny', period, ...hpr('9990003') },
    })
    expect(read[0]?.intent).toMatchObject({
      statements: [
        {
          recipient: { professional: '9990003' },
          from: '2022-01-31T23:00:00.000Z',
          until: '2022-03-31T22:00:00.000Z',
        },
      ],
    })
  })

  it('that is no longer active withdraws what came under its name', () => {
    expect(readConsents({ ...example, status: 'inactive' })).toEqual([
      { person, intent: { do: 'WITHDRAW', source: 'Consent/HNConsentProfileExample001' } },
    ])
  })

  it.each([
    [
      'a placeholder for an HPR number',
      { provision: { type: 'deny', ...hpr('HPR') } },
      'professional',
    ],
    ['a purpose', { provision: { type: 'deny', purpose: [] } }, 'Unrecognized key'],
    ['an exception', { provision: { type: 'deny', provision: [] } }, 'Unrecognized key'],
    ['a modifier', { modifierExtension: [] }, 'modifier that is not understood'],
    ['another scope', { scope: coded('http://loinc.org', 'research') }, 'is not patient-privacy'],
    ['a draft', { status: 'draft' }, 'status'],
    [
      'a day that there is not',
      { provision: { type: 'deny', period: { end: '2022-02-30' } } },
      'is no date',
    ],
    ['nobody', { patient: {} }, 'patient.identifier'],
  ])('with %s is refused as a whole', (_, change, why) => {
    expect(() => readConsents({ ...example, ...change })).toThrow(refusedFor(why))
  })

  it('of somebody else is refused, without a number in the text', () => {
    const other = { identifier: parsePatientIdentifier('15886220593') }
    const read = () => readConsents({ ...example, patient: other }, person)
    expect(read).toThrow(refusedFor('patient is somebody else'))
    expect(read).not.toThrow(refusedFor('15886220593'))
  })

  it('says after export and import what it said before', () => {
    fc.assert(
      fc.property(statement, (one) => {
        const [exported] = consentsOf([one], person)
        const [read] = readConsents(JSON.parse(JSON.stringify(exported)), person)
        const { kind, data, recipient, validity } = one
        const { from, until } = validity
        expect(read?.intent).toMatchObject({
          statements: [{ kind, data, recipient, from, ...(until && { until }) }],
        })
      }),
    )
  })
})

const some = <T>(...values: readonly T[]) => fc.constantFrom(undefined, ...values)
const given = <T extends object>(record: T): T =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T
const instants = ['2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'] as const

/** What a Consent can carry: one recipient, since FHIR means any of several actors. */
const statement = fc
  .record({
    kind: fc.constantFrom('BLOCK' as const, 'CONSENT' as const),
    data: fc.record({
      organization: some('310000108'),
      dataClass: some('Observation'),
      code: some('http://loinc.org|8867-4'),
      from: some(instants[0]),
      until: some(instants[1]),
    }),
    recipient: fc.constantFrom(
      {},
      { professional: '9990003' },
      { organization: '310000205' },
      { group: 'LE' },
    ),
    until: some(instants[1]),
  })
  .map(
    ({ kind, data, recipient, until }): Statement => ({
      id: ID,
      kind,
      data: given(data) as Statement['data'],
      recipient,
      validity: { from: instants[0], ...(until && { until }) },
      registeredAt,
      registeredBy: 'PATIENT',
    }),
  )

function coded(system: string, code: string) {
  return { coding: [{ system, code }] }
}

function refusedFor(why: string): Error {
  const publicText = expect.stringContaining(why)
  return expect.objectContaining({ code: 'PRIVACY_INPUT', publicText }) as unknown as Error
}
