import { describe, expect, it } from '@jest/globals'
import { parsePatientIdentifier } from '@kilde/contract'
import fc from 'fast-check'
import { readConsents } from '../src/fhir/read-consent.js'
import { consentsOf } from '../src/fhir/write-consent.js'
import type { NewStatement } from '../src/path/stage.js'
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

const professionalAt = { professional: '9990003', organization: '310000205' } as const

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
              version: { at: '2022-03-28T22:00:00.000Z' },
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
    const meta = { versionId: '3', lastUpdated: '2026-03-29T12:00:00+02:00' }
    const version = { at: '2026-03-29T10:00:00.000Z', id: '3' }
    const source = 'Consent/HNConsentProfileExample001'
    for (const status of ['inactive', 'rejected', 'entered-in-error']) {
      expect(readConsents({ ...example, status, meta })).toEqual([
        { person, intent: { do: 'WITHDRAW', source, version } },
      ])
    }
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
    ['a version of no day', { meta: { lastUpdated: 'yesterday' } }, 'meta.lastUpdated'],
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

  it('of several actors, classes and elements is one statement of all of them', () => {
    const { kind, data, recipient, alternatives = [], source } = registered(several)
    expect({ kind, source }).toEqual({ kind: 'CONSENT', source: 'urn:other|17' })
    const scopes = [{ data, recipient }, ...alternatives]
    expect(scopes).toHaveLength(2 * 3 * 2)
    const owners = ['310000108', '310000205']
    const codes = ['http://loinc.org|8867-4', 'http://loinc.org|2708-6']
    const recipients = [
      { professional: '9990003' },
      { organization: '310000302' },
      { group: 'SP', organization: '310000205' },
    ]
    for (const organization of owners)
      for (const code of codes)
        for (const one of recipients)
          expect(scopes).toContainEqual({
            data: { organization, dataClass: 'Observation', code },
            recipient: one,
          })
  })

  it('of several actors is given back as it came', () => {
    const { from = '', until, ...rest } = registered(several)
    const statement: Statement = {
      ...{ ...rest, id: ID, registeredAt, registeredBy: 'IMPORT' },
      validity: { from, ...(until && { until }) },
    }
    const [exported, ...others] = consentsOf([statement], person)
    expect(others).toEqual([])
    expect(exported).toMatchObject(several)
    // Without a version of its own it is as new as the day when it was registered.
    expect(registered(JSON.parse(JSON.stringify(exported)))).toEqual({
      ...registered(several),
      version: { at: registeredAt },
    })
  })

  it('is given out by the version that it came by', () => {
    const meta = { versionId: '3', lastUpdated: '2026-03-29T10:00:00.000Z' }
    const { from = '', version, ...rest } = registered({ ...several, meta })
    const statement: Statement = {
      ...{ ...rest, id: ID, registeredAt, registeredBy: 'IMPORT', validity: { from } },
      ...(version && { version }),
    }
    expect(consentsOf([statement], person)).toMatchObject([{ meta }])
  })

  it.each([
    ['one item alone', { item: 'a'.repeat(32) }, {}],
    ['copies at one organisation alone', { heldBy: '310000108' }, {}],
    ['a professional who acts for one organisation', {}, professionalAt],
  ])('about %s is given out with a modifier, so that nobody takes it for more', (_, data, to) => {
    const statement = { ...blockOf(data, to) }
    const [exported] = consentsOf([statement], person)
    expect(exported?.modifierExtension).toHaveLength(1)
    expect(registered(JSON.parse(JSON.stringify(exported)))).toMatchObject({ data, recipient: to })
  })

  it('about more than 500 things is refused, before they are put together', () => {
    const code = Array.from({ length: 50 }, (_, n) => coded('http://loinc.org', `${n}-1`))
    const classes = ['Observation', 'Patient', 'Condition', 'Goal', 'Task', 'Device', 'Flag']
    const system = 'http://hl7.org/fhir/resource-types'
    const actor = [...hpr('9990003').actor, ...hpr('9990004').actor]
    const provision = {
      ...{ type: 'deny', code, actor },
      class: classes.map((one) => ({ system, code: one })),
    }
    const read = () => readConsents({ ...example, provision })
    expect(read).toThrow(refusedFor('is about more than 500 things'))
  })
})

const blockOf = (data: Statement['data'], recipient: Statement['recipient']): Statement => ({
  ...{ id: ID, kind: 'BLOCK', data, recipient, registeredAt, registeredBy: 'PATIENT' },
  validity: { from: '2026-01-01T00:00:00.000Z' },
})

/** A Consent as FHIR lets one be: any of the actors of each role, of any of the elements. */
const several = {
  resourceType: 'Consent',
  status: 'active',
  identifier: [{ system: 'urn:other', value: '17' }],
  scope: coded('http://terminology.hl7.org/CodeSystem/consentscope', 'patient-privacy'),
  category: [coded('http://loinc.org', '59284-0')],
  patient: { identifier: { ...person } },
  provision: {
    type: 'permit',
    period: { start: '2026-01-01T00:00:00.000Z', end: '2027-01-01T00:00:00.000Z' },
    actor: [
      actor(participation('CST'), 'urn:oid:2.16.578.1.12.4.1.4.101', '310000108'),
      actor(participation('CST'), 'urn:oid:2.16.578.1.12.4.1.4.101', '310000205'),
      actor(participation('PRCP'), 'urn:oid:2.16.578.1.12.4.1.4.4', '9990003'),
      actor(participation('PRCP'), 'urn:oid:2.16.578.1.12.4.1.4.101', '310000302'),
      actor(
        coded('urn:oid:2.16.578.1.12.4.1.1.9060', 'SP'),
        'urn:oid:2.16.578.1.12.4.1.4.101',
        '310000205',
      ),
    ],
    class: [{ system: 'http://hl7.org/fhir/resource-types', code: 'Observation' }],
    code: [coded('http://loinc.org', '8867-4'), coded('http://loinc.org', '2708-6')],
  },
}

/** The one statement that a Consent makes. */
function registered(consent: unknown): NewStatement {
  const [said] = readConsents(consent, person)
  if (said?.intent.do !== 'REGISTER') throw new Error('nothing is registered')
  const [one, ...others] = said.intent.statements
  expect(others).toEqual([])
  if (!one) throw new Error('nothing is registered')
  return one
}

function participation(code: string) {
  return coded('http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code)
}

function actor(role: object, system: string, value: string) {
  return { role, reference: { identifier: { system, value } } }
}

const some = <T>(...values: readonly T[]) => fc.constantFrom(undefined, ...values)
const given = <T extends object>(record: T): T =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T
const instants = ['2026-01-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'] as const

/** What a Consent says of one recipient. */
const statement = fc
  .record({
    kind: fc.constantFrom('BLOCK' as const, 'CONSENT' as const),
    data: fc.record({
      organization: some('310000108'),
      dataClass: some('Observation'),
      code: some('http://loinc.org|8867-4'),
      from: some(instants[0]),
      until: some(instants[1]),
      heldBy: some('310000205'),
      item: some('0'.repeat(32)),
    }),
    recipient: fc.constantFrom(
      {},
      { professional: '9990003' },
      { organization: '310000205' },
      { group: 'LE' },
      { organization: '310000205', group: 'LE' },
      { professional: '9990003', group: 'LE' },
      { professional: '9990003', organization: '310000205', group: 'LE' },
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
