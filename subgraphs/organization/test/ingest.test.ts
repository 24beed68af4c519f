import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { parsePatientIdentifier } from '@kilde/contract'
import { organizations, patients } from '@kilde/people'
import type { OperationOutcome } from 'fhir/r4.js'
import { compileShapeCheck, type ShapeCheck } from '../src/ingest/fhir-schema.js'
import { ingest, TransactionRefused } from '../src/ingest/ingest.js'
import type { Intake } from '../src/sources/intake.js'
import type { Source } from '../src/sources/source.js'
import { openStore } from '../src/sources/store/open.js'
import { startDatabase } from './kit/database.js'
import { bundle, bytes, ENH, FNR, LOINC, NOW, SNOMED, UCUM, weight } from './kit/observations.js'

const own = organizations.municipality.number

describe('taking a Bundle', () => {
  let database: Awaited<ReturnType<typeof startDatabase>>
  let store: Source & Intake
  let checkShape: ShapeCheck
  let names = 0

  beforeAll(async () => {
    database = await startDatabase()
    checkShape = compileShapeCheck()
    const databaseUrl = await database.createDatabase('ingest')
    store = await openStore({ databaseUrl, organization: own, now: () => NOW })
  })
  afterAll(async () => {
    await store.close()
    await database.stop()
  })

  const take = (body: Uint8Array) =>
    ingest(body, { organization: own, store, checkShape, now: () => NOW })
  const named = (more: Record<string, unknown> = {}) =>
    weight({ identifier: [{ system: 'urn:test', value: `n${names++}` }], ...more })

  /** The row that became of one observation, with all its elements. */
  async function rowOf(resource: Record<string, unknown>) {
    const { bundle: answer } = await take(bundle('batch', resource))
    const location = answer.entry?.[0]?.response?.location
    if (location === undefined) throw new Error(JSON.stringify(answer))
    const { rows } = await store.read(
      { ...everything, elements: [...Object.keys(resource), 'device'] },
      signal,
    )
    const row = rows.find(({ id }) => location.startsWith(`Observation/${id.slice(10)}/`))
    if (!row) throw new Error('the row is there')
    return row
  }

  /** What is said of one observation: outcome, and each issue as `severity expression: text`. */
  async function said(resource: unknown) {
    const { bundle: answer } = await take(bundle('batch', resource))
    const response = answer.entry?.[0]?.response
    const outcome = response?.outcome as OperationOutcome | undefined
    return {
      status: response?.status,
      issues: (outcome?.issue ?? []).map(
        ({ severity, expression, details }) => `${severity} ${expression?.[0]}: ${details?.text}`,
      ),
    }
  }

  describe('answers a batch entry by entry', () => {
    it('with a warning about a value that no living body can have, which is kept', async () => {
      const light = { value: 80, unit: 'g', system: UCUM, code: 'g' }
      expect(await said(named({ valueQuantity: light }))).toEqual({
        status: '201 Created',
        issues: [
          'warning Bundle.entry[0].resource.valueQuantity.value: is none that a living body can have (0.3 to 650 kg): kept as sent, and marked',
        ],
      })
    })

    it('with the address and version of what was made, and counts that add up', async () => {
      const good = named()
      const { bundle: answer, counts } = await take(
        bundle('batch', good, named({ status: 'nonsense' }), good),
      )
      expect(answer.type).toBe('batch-response')
      expect(answer.entry?.map(({ fullUrl }) => fullUrl?.slice(-1))).toEqual(['0', '1', '2'])
      expect(answer.entry?.map(({ response }) => response?.status)).toEqual([
        '201 Created',
        '422 Unprocessable Entity',
        '200 OK',
      ])
      const [made, , again] = answer.entry ?? []
      expect(made?.response?.location).toMatch(/^Observation\/[0-9a-f-]{36}\/_history\/1$/)
      expect(again?.response?.location).toBe(made?.response?.location)
      expect(counts).toEqual({ created: 1, updated: 0, unchanged: 1, used: 0, refused: 1 })
    })

    it('the same when the whole is sent again', async () => {
      const body = bundle(
        'batch',
        named(),
        weight({ identifier: undefined, note: [{ text: 'no name' }] }),
      )
      const first = await take(body)
      const second = await take(body)
      expect(first.counts.created).toBe(2)
      expect(second.counts).toEqual({ created: 0, updated: 0, unchanged: 2, used: 0, refused: 0 })
      const locations = ({ bundle: { entry } }: typeof first) =>
        entry?.map(({ response }) => response?.location)
      expect(locations(second)).toEqual(locations(first))
    })

    it('and takes PMD’s collection, whose entries have no request', async () => {
      const cfs = {
        resourceType: 'Observation',
        status: 'registered',
        category: [
          {
            coding: [
              {
                system: 'http://terminology.hl7.org/CodeSystem/observation-category',
                code: 'survey',
              },
            ],
          },
        ],
        code: { coding: [{ system: SNOMED, code: '763264000' }] },
        subject: { identifier: { system: FNR, value: patients.copd.identifier } },
        effectiveDateTime: '2024-11-01T09:30:00Z',
        valueQuantity: { value: 5 },
      }
      const fullUrl = 'urn:uuid:00000000-0000-4000-8000-00000000e001'
      const { bundle: answer } = await take(
        bytes({ resourceType: 'Bundle', type: 'collection', entry: [{ fullUrl, resource: cfs }] }),
      )
      expect(answer).toMatchObject({
        type: 'batch-response',
        entry: [{ fullUrl, response: { status: '201 Created' } }],
      })
    })
  })

  describe('takes a transaction whole or not at all', () => {
    it('names every faulty element and keeps nothing', async () => {
      const good = named()
      const body = bundle(
        'transaction',
        good,
        named({ status: undefined }),
        named({ subject: undefined }),
      )
      const refusal = await take(body).catch((error: unknown) => error)
      expect(refusal).toBeInstanceOf(TransactionRefused)
      expect(refusal).toMatchObject({ code: 'TRANSACTION_REFUSED', status: 422 })
      expect((refusal as TransactionRefused).issues.map(({ expression }) => expression)).toEqual([
        'Bundle.entry[1].resource.status',
        'Bundle.entry[2].resource.subject',
      ])
      expect((await take(bundle('batch', good))).counts.created).toBe(1)
    })

    it('also where only the store sees the fault', async () => {
      const held = named({ meta: { versionId: '2' } })
      await take(bundle('batch', held))
      const good = named()
      const clash = { ...held, status: 'amended' }
      await expect(take(bundle('transaction', good, clash))).rejects.toMatchObject({
        issues: [{ expression: 'Bundle.entry[1].resource.meta.versionId', code: 'conflict' }],
      })
      expect((await take(bundle('transaction', good))).bundle.type).toBe('transaction-response')
    })
  })

  describe('names the faulty element', () => {
    const at = 'error Bundle.entry[0].resource'
    it.each<[string, Record<string, unknown>, string]>([
      [
        'a status that FHIR does not have',
        { status: 'ok' },
        '.status: is none of the codes that FHIR R4 allows here',
      ],
      ['no status', { status: undefined }, '.status: is required'],
      [
        'an element that FHIR does not have',
        { colour: 'red' },
        '.colour: FHIR R4 has no such element here',
      ],
      [
        'another JSON type',
        { valueQuantity: { value: '70' } },
        '.valueQuantity.value: has another JSON type than FHIR R4 demands here',
      ],
      [
        'a unit that UCUM does not have',
        { valueQuantity: { value: 7, code: 'kilo', system: UCUM } },
        '.valueQuantity.code: is no unit of UCUM',
      ],
      [
        'a unit of something else',
        { valueQuantity: { value: 7, code: 'mm[Hg]', system: UCUM } },
        '.valueQuantity.code: is no unit of this measurement: kg was expected',
      ],
      [
        'no value',
        { valueQuantity: undefined },
        '.value: has no value[x], no component, no member and no dataAbsentReason',
      ],
      [
        'a quantity without number',
        { valueQuantity: { unit: 'kg' } },
        '.valueQuantity.value: is required',
      ],
      [
        'two values',
        { valueString: 'x' },
        '.valueString: only one value[x] is allowed, and valueQuantity is there',
      ],
      [
        'a value and the reason for none',
        { dataAbsentReason: { text: 'x' } },
        '.dataAbsentReason: is only for an absent value (obs-6)',
      ],
      ['no code', { code: {} }, '.code: says neither code nor text'],
      ['no subject', { subject: undefined }, '.subject: is required: whom it is about'],
      [
        'a subject that is not there',
        { subject: { reference: 'Patient/9' } },
        '.subject.reference: is not a Patient of this Bundle, and no identifier stands beside it',
      ],
      [
        'a local number under the national system',
        { subject: { identifier: { system: FNR, value: '1000239' } } },
        '.subject.identifier.value: A patient identifier has 11 digits, bare or as `system|value`.',
      ],
      [
        'wrong check digits',
        { subject: { identifier: { system: FNR, value: '08825133488' } } },
        '.subject.identifier.value: The check digits of the patient identifier are wrong.',
      ],
      [
        'a system of its own',
        { subject: { identifier: { system: 'urn:dips', value: patients.copd.identifier } } },
        '.subject.identifier.value: The system of the patient identifier is not known.',
      ],
      [
        'no time',
        { effectiveDateTime: undefined },
        '.effective: no time of measurement can be read, and no issued stands in',
      ],
      [
        'a day that the calendar does not have',
        { effectiveDateTime: '2026-02-30T10:00:00Z' },
        '.effectiveDateTime: no time of measurement can be read, and no issued stands in',
      ],
      [
        'two times',
        { effectiveInstant: '2026-11-20T08:00:00Z' },
        '.effectiveInstant: only one effective[x] is allowed',
      ],
      [
        'a period that ends before it starts',
        {
          effectiveDateTime: undefined,
          effectivePeriod: { start: '2026-02-02', end: '2026-01-01' },
        },
        '.effectivePeriod.end: is before the start',
      ],
      [
        'a fault deep inside',
        {
          component: [
            { code: { text: 'a' } },
            { code: { text: 'b' }, valueQuantity: { value: 1, comparator: '~' } },
          ],
        },
        '.component[1].valueQuantity.comparator: is none of the codes that FHIR R4 allows here',
      ],
      [
        'a component coded as the whole',
        { component: [{ code: { coding: [{ system: LOINC, code: '29463-7' }] } }] },
        '.component[0].code: is the code of the whole, which has a value of its own (obs-7)',
      ],
      [
        'a number beyond all measure',
        { valueQuantity: { value: 1e300, code: 'kg' } },
        '.valueQuantity.value: is a number beyond all measure',
      ],
      [
        'half a character',
        { note: [{ text: 'x\ud800' }] },
        '.note[0].text: holds a character that is none',
      ],
    ])('%s', async (_name, more, expected) => {
      expect(await said(named(more))).toEqual({
        status: '422 Unprocessable Entity',
        issues: [`${at}${expected}`],
      })
    })

    it('a resource that is not taken here, and an entry without one', async () => {
      expect(await said({ resourceType: 'AllergyIntolerance' })).toEqual({
        status: '422 Unprocessable Entity',
        issues: [`${at}: resources of this type are not taken here`],
      })
      expect((await said(null)).issues).toEqual([`${at}: is required`])
    })

    it('a number with more digits than a store can hold', async () => {
      const body = Buffer.from(bundle('batch', named()))
        .toString()
        .replace('70.5', `70.${'0'.repeat(50)}5`)
      const { bundle: answer } = await take(Buffer.from(body))
      expect(JSON.stringify(answer)).toContain('holds a number with too many digits')
    })

    it('and never repeats an identity number', async () => {
      const outcome = await said(named({ [patients.copd.identifier]: 1 }))
      expect(outcome.issues).toEqual([`${at}.[number]: FHIR R4 has no such element here`])
    })
  })

  describe('has an answer to what is odd in the field', () => {
    it('takes a bare date as its first instant in Europe/Oslo', async () => {
      const row = await rowOf(named({ effectiveDateTime: '2022-03-16' }))
      expect(row).toMatchObject({ t: Date.parse('2022-03-16T00:00:00+01:00'), precision: 'DATE' })
    })
    it('takes issued where no time of measurement was sent', async () => {
      const row = await rowOf(
        named({ effectiveDateTime: undefined, issued: '2026-11-20T09:00:00Z' }),
      )
      expect(row).toMatchObject({ t: Date.parse('2026-11-20T09:00:00Z'), precision: 'ISSUED' })
    })
    it('orders what claims to come from the future by the time of receipt', async () => {
      const soon = new Date(NOW + 299_000).toISOString()
      expect(await rowOf(named({ effectiveDateTime: soon }))).toMatchObject({
        t: NOW + 299_000,
        precision: 'INSTANT',
      })
      const late = new Date(NOW + 301_000).toISOString()
      expect(await rowOf(named({ effectiveDateTime: late }))).toMatchObject({
        t: NOW,
        precision: 'RECEIVED',
      })
    })
    it('keeps grams as grams, and the decimals that were sent', async () => {
      expect(
        (
          await rowOf(
            named({ valueQuantity: { value: 49000, unit: 'g', system: UCUM, code: 'g' } }),
          )
        ).resource,
      ).toContain('"value":49000')
      const name = `n${names++}`
      const text = JSON.stringify(weight({ identifier: [{ value: name }] })).replace(
        '70.5',
        '70.50',
      )
      const body = `{"resourceType":"Bundle","type":"batch","entry":[{"resource":${text}}]}`
      await take(Buffer.from(body))
      const { rows } = await store.read(
        { ...everything, elements: ['identifier', 'valueQuantity'] },
        signal,
      )
      expect(rows.find(({ resource }) => resource.includes(`"${name}"`))?.resource).toContain(
        '"value":70.50',
      )
    })
    it('takes the unit code mmol/l of glucose', async () => {
      const code = {
        coding: [
          { system: LOINC, code: '15074-8' },
          { system: 'urn:oid:2.16.578.1.12.4.1.1.7280', code: 'NPU02187' },
        ],
      }
      const valueQuantity = { value: 6.3, unit: 'mmol/L', system: UCUM, code: 'mmol/l' }
      expect(await said(named({ code, valueQuantity }))).toEqual({
        status: '201 Created',
        issues: [
          'information Bundle.entry[0].resource.valueQuantity.code: is read as mmol/L of UCUM',
        ],
      })
    })
    it('takes mmHg and mg/dL, which mean what they say', async () => {
      const systolic = {
        coding: [
          { system: LOINC, code: '8480-6' },
          { system: 'http://acme.org', code: 'bp-s' },
        ],
      }
      const pulsePressure = { coding: [{ system: SNOMED, code: '4461000202102' }] }
      const component = [systolic, pulsePressure].map((code) => ({
        code,
        valueQuantity: { value: 120, unit: 'mmHg' },
      }))
      const pressure = named({
        code: { coding: [{ system: LOINC, code: '85354-9' }] },
        valueQuantity: undefined,
        component,
      })
      const part = 'information Bundle.entry[0].resource.component'
      expect(await said(pressure)).toEqual({
        status: '201 Created',
        issues: [
          `${part}[0].code.coding[1]: is not in the code table: shown, and not read`,
          `${part}[0].valueQuantity.unit: is read as mm[Hg] of UCUM`,
          `${part}[1].code.coding[0]: is read as Pulse pressure, elsewhere 87179004`,
          `${part}[1].valueQuantity.unit: is read as mm[Hg] of UCUM`,
        ],
      })
      const glucose = {
        code: { coding: [{ system: LOINC, code: '15074-8' }] },
        valueQuantity: { value: 126, code: 'mg/dL' },
      }
      expect(await said(named(glucose))).toEqual({ status: '201 Created', issues: [] })
    })
    it('takes a device’s own unit code beside the unit in words, and a panel that only has members', async () => {
      const code = { coding: [{ system: 'urn:iso:std:iso:11073:10101', code: '152584' }] }
      const mdc = {
        value: 820,
        unit: 'cL/s',
        system: 'urn:iso:std:iso:11073:10101',
        code: '265201',
      }
      expect(await said(named({ code, valueQuantity: mdc }))).toEqual({
        status: '201 Created',
        issues: [],
      })
      const panel = { valueQuantity: undefined, hasMember: [{ reference: 'Observation/1' }] }
      expect(await said(named(panel))).toEqual({ status: '201 Created', issues: [] })
    })
    it('takes frailty as an integer and as a quantity without unit', async () => {
      const code = { coding: [{ system: SNOMED, code: '763264000' }] }
      const valueQuantity = undefined
      expect(await said(named({ code, valueQuantity, valueInteger: 2 }))).toEqual({
        status: '201 Created',
        issues: [],
      })
      expect(await said(named({ code, valueQuantity: { value: 2 } }))).toEqual({
        status: '201 Created',
        issues: [
          'information Bundle.entry[0].resource.valueQuantity: has no unit: read as a plain number',
        ],
      })
    })
    it('takes a local code of consciousness', async () => {
      const code = { coding: [{ system: SNOMED, code: '1104441000000107' }] }
      const valueCodeableConcept = {
        coding: [{ system: 'http://dips.no/fhir/code', code: '5', display: 'Våken' }],
      }
      expect(await said(named({ code, valueQuantity: undefined, valueCodeableConcept }))).toEqual({
        status: '201 Created',
        issues: [
          'warning Bundle.entry[0].resource.valueCodeableConcept: has no code that others know (SNOMED CT, LOINC): shown in the source’s own words',
        ],
      })
    })
    it('takes a known measurement without unit, and an unknown one with any unit, with a warning', async () => {
      expect(await said(named({ valueQuantity: { value: 70 } }))).toEqual({
        status: '201 Created',
        issues: [
          'warning Bundle.entry[0].resource.valueQuantity: has no unit; kg or another unit of the same kind was expected',
        ],
      })
      const code = { coding: [{ system: LOINC, code: '72106-8' }] }
      expect(
        await said(named({ code, valueQuantity: { value: 70, code: 'units', system: UCUM } })),
      ).toEqual({
        status: '201 Created',
        issues: [
          'warning Bundle.entry[0].resource.valueQuantity.code: is no unit of UCUM: kept as text, never converted',
        ],
      })
    })
  })

  describe('resolves references within the Bundle', () => {
    const patient = {
      resourceType: 'Patient',
      id: 'p1',
      identifier: [
        { system: 'urn:local', value: '7' },
        { system: FNR, value: patients.onePlace.identifier },
      ],
    }
    const device = {
      resourceType: 'Device',
      id: 'd1',
      deviceName: [{ name: 'Nonin 3230', type: 'user-friendly-name' }],
    }

    it('to the patient by fullUrl and by relative address, and to the device', async () => {
      const body = bundle(
        'transaction',
        patient,
        device,
        named({
          subject: { reference: 'urn:uuid:00000000-0000-4000-8000-000000000000' },
          device: { reference: 'Device/d1' },
        }),
        named({ subject: { reference: 'Patient/p1' } }),
      )
      const { counts, bundle: answer } = await take(body)
      expect(counts).toEqual({ created: 2, updated: 0, unchanged: 0, used: 2, refused: 0 })
      expect(answer.entry?.[0]?.response).toMatchObject({ status: '200 OK' })
      const about = parsePatientIdentifier(patients.onePlace.identifier)
      const { rows } = await store.read(
        { ...everything, patient: about, elements: ['device'] },
        signal,
      )
      expect(rows).toHaveLength(2)
      expect(rows.map((row) => row.device)).toEqual(
        expect.arrayContaining([expect.stringContaining('Nonin 3230'), undefined]),
      )
    })

    it('and to what is contained', async () => {
      const subject = { reference: '#p1' }
      expect((await said(named({ contained: [patient], subject }))).status).toBe('201 Created')
    })
  })

  describe('keeps the names of patients', () => {
    const diabetes = parsePatientIdentifier(patients.diabetes.identifier)
    const patient = (more: Record<string, unknown>) => ({
      resourceType: 'Patient',
      identifier: [{ system: FNR, value: diabetes.value }],
      ...more,
    })
    const official = { use: 'official', family: 'Sukker', given: ['Didrik', 'Tor'] }
    const held = async () => (await store.names({ patient: diabetes }, signal)).names
    const issueOf = async (resource: object) => {
      const [issue] = (await said(resource)).issues
      return issue?.replace('information undefined: ', '')
    }
    const USED_ONLY = 'Used to resolve references within this Bundle; not kept.'

    it('that are in use, the first of each use, as recorded when the Patient was updated', async () => {
      const name = [
        official,
        { ...official, given: ['Other'] },
        { text: ' Didrik \t S. ' },
        { use: 'old', text: 'Didrik Før' },
        { use: 'temp', text: 'Didrik Nylig', period: { end: '2026-11-21' } },
        { use: 'usual', text: 'Didrik Ennå', period: { end: '2026-11-22' } },
        { use: 'nickname' },
        { use: 'anonymous', text: 'x'.repeat(501) },
      ]
      const meta = { lastUpdated: '2026-05-01T12:00:00+02:00' }
      const { counts, held: taken } = await take(bundle('batch', patient({ meta, name })))
      expect(counts).toEqual({ created: 0, updated: 0, unchanged: 0, used: 1, refused: 0 })
      expect([...taken.values()]).toEqual([{ items: new Map(), named: true }])
      const recordedMs = Date.parse('2026-05-01T10:00:00Z')
      expect(await held()).toEqual([
        { text: 'Didrik S.', given: [], recordedMs },
        { text: 'Didrik Tor Sukker', recordedMs, ...official },
        { text: 'Didrik Ennå', given: [], use: 'usual', recordedMs },
      ])
      expect(await issueOf(patient({ meta, name }))).toBe(
        'Used to resolve references within this Bundle; only the name is kept.',
      )
    })
    it('and the newer name in place of the older, never recorded later than it came', async () => {
      const meta = { lastUpdated: '2099-01-01T00:00:00Z' }
      await take(bundle('batch', patient({ meta, name: [{ ...official, family: 'Søt' }] })))
      expect((await held())[1]).toMatchObject({ text: 'Didrik Tor Søt', recordedMs: NOW })
      const before = { lastUpdated: '2026-05-01T12:00:00+02:00' }
      await take(bundle('batch', patient({ meta: before, name: [official] })))
      expect((await held())[1]).toMatchObject({ text: 'Didrik Tor Søt' })
    })
    it('not of a Patient without a good identifier, or without a name', async () => {
      expect(await issueOf(patient({ identifier: undefined, name: [official] }))).toBe(USED_ONLY)
      const bad = [{ system: FNR, value: '08825133488' }]
      expect(await issueOf(patient({ identifier: bad, name: [official] }))).toBe(USED_ONLY)
      expect(await issueOf(patient({}))).toBe(USED_ONLY)
    })
    it('not of a transaction that is refused', async () => {
      const renamed = patient({ name: [{ ...official, family: 'Salt' }] })
      const body = bundle('transaction', renamed, named({ status: undefined }))
      await expect(take(body)).rejects.toBeInstanceOf(TransactionRefused)
      expect(JSON.stringify(await held())).not.toContain('Salt')
    })
  })

  describe('knows who measured', () => {
    const person = (type: string | undefined, value: string) => ({
      ...(type && { type }),
      identifier: { system: FNR, value },
    })
    const organization = (value: string) => ({ identifier: { system: ENH, value } })
    it.each<[string, readonly object[], string]>([
      ['the patient', [person('Patient', patients.copd.identifier)], 'PATIENT'],
      ['the patient by number only', [person(undefined, patients.copd.identifier)], 'PATIENT'],
      ['staff', [person('Practitioner', '04918825601')], 'STAFF'],
      [
        'staff by HPR number',
        [{ identifier: { system: 'urn:oid:2.16.578.1.12.4.1.4.4', value: '9990001' } }],
        'STAFF',
      ],
      ['a relative', [{ reference: 'RelatedPerson/1' }], 'RELATED_PERSON'],
      ['nobody that is named', [organization(own)], 'UNKNOWN'],
    ])('%s', async (_name, performer, authorKind) => {
      expect(await rowOf(named({ performer }))).toMatchObject({ authorKind, owner: own })
    })
    it('takes the first organisation as owner, the second as point of care, and itself where none is well formed', async () => {
      const { number, pointOfCare } = organizations.hospital
      expect(
        await rowOf(named({ performer: [organization(number), organization(pointOfCare)] })),
      ).toMatchObject({ owner: number, pointOfCare })
      expect(await rowOf(named({ performer: [organization('103')] }))).toMatchObject({ owner: own })
    })
  })

  describe('does what the request of an entry says', () => {
    const put = async (url: string, resource: unknown, request: object = { method: 'PUT', url }) =>
      take(bytes({ resourceType: 'Bundle', type: 'batch', entry: [{ resource, request }] }))
    it('PUT to the sender’s id changes the row that was put there before', async () => {
      const unnamed = weight({ identifier: undefined })
      expect((await put('Observation/mine-1', unnamed)).counts.created).toBe(1)
      expect((await put('Observation/mine-1', unnamed)).counts.unchanged).toBe(1)
      expect(
        (await put('Observation/mine-1', { ...unnamed, status: 'amended' })).counts.updated,
      ).toBe(1)
    })
    it('PUT by identifier, and PMD’s PUT to any address, go by the business identifier', async () => {
      const resource = named()
      expect((await put('test.url', resource)).counts.created).toBe(1)
      const [{ value }] = resource['identifier'] as [{ value: string }]
      const changed = { ...resource, status: 'amended' }
      expect(
        (await put(`Observation?identifier=urn%3Atest|${value}`, changed)).counts.updated,
      ).toBe(1)
    })
    it('leaves a row as it is under ifNoneExist', async () => {
      const resource = named()
      const [{ value }] = resource['identifier'] as [{ value: string }]
      const request = {
        method: 'POST',
        url: 'Observation',
        ifNoneExist: `identifier=urn:test|${value}`,
      }
      expect((await put('', resource, request)).counts.created).toBe(1)
      expect((await put('', { ...resource, status: 'amended' }, request)).counts.unchanged).toBe(1)
    })
    it('refuses other methods and conditions', async () => {
      for (const request of [
        { method: 'DELETE', url: 'x' },
        { method: 'POST', url: 'x', ifNoneExist: 'code=1' },
      ]) {
        expect((await put('', named(), request)).counts.refused).toBe(1)
      }
    })
  })

  describe('refuses a body that is no Bundle to take', () => {
    const big = Array.from({ length: 5_001 }, () => ({}))
    const deep = `{"resourceType":"Bundle","type":"batch","entry":[{"resource":${'['.repeat(60)}${']'.repeat(60)}}]}`
    it.each<[string, Uint8Array, string]>([
      ['no JSON', Buffer.from('{'), 'The body is not JSON.'],
      ['no UTF-8', Buffer.from([0xff, 0xfe]), 'The body is not UTF-8 text.'],
      ['no Bundle', bytes(weight()), 'The body is not a FHIR Bundle. (Bundle.resourceType)'],
      [
        'another type',
        bytes({ resourceType: 'Bundle', type: 'searchset' }),
        'Bundle.type must be batch, transaction, collection or document. (Bundle.type)',
      ],
      [
        'too many entries',
        bytes({ resourceType: 'Bundle', type: 'batch', entry: big }),
        'Bundle.entry has more than 5000 entries. Send it in parts. (Bundle.entry)',
      ],
      ['too deep', Buffer.from(deep), 'The body is nested deeper than 50 levels.'],
      [
        'entries twice',
        Buffer.from('{"resourceType":"Bundle","type":"batch","entry":[{}],"\\u0065ntry":[{},{}]}'),
        'Bundle.entry must be a list of entries, once.',
      ],
    ])('%s', async (_name, body, text) => {
      await expect(take(body)).rejects.toMatchObject({
        code: 'BUNDLE_REFUSED',
        status: 400,
        publicText: text,
      })
    })
  })
})

const signal = new AbortController().signal
const everything = {
  patient: parsePatientIdentifier(patients.copd.identifier),
  status: ['final', 'registered', 'amended'],
  abnormalOnly: false,
  order: 'NEWEST_FIRST',
  limit: 1_001,
  elements: [] as string[],
  count: false,
} as const
