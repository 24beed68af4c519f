import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  contractVersion,
  encodeBoundary,
  MOST_LISTS,
  parseNodeCursor,
  patientDigest,
} from '@kilde/contract'
import { organizations, patients } from '@kilde/people'
import type { PrivacyPort } from '../src/policy/privacy-port.js'
import { startDatabase } from './kit/database.js'
import { salt, startNode } from './kit/node.js'
import { bundle, ENH, FNR, LOINC, SNOMED, UCUM, weight } from './kit/observations.js'
import { personaClaims, systemClaims } from './kit/tokens.js'

const own = organizations.municipality.number
const identifier = patients.copd.identifier
/** Nobody has stated anything, and base data know everybody: where a patient is treated may be told. */
const known: PrivacyPort = {
  view: () => ({
    ...{ asOfMs: 0, blocks: [], consents: [], reservations: [], representation: [] },
    person: { birthDate: '1951-02-08', addressConfidential: false },
  }),
  digest: () => '',
}

describe('a question to an organisation', () => {
  let database: Awaited<ReturnType<typeof startDatabase>>
  let node: Awaited<ReturnType<typeof startNode>>

  beforeAll(async () => {
    database = await startDatabase()
    const url = await database.createDatabase('question')
    node = await startNode({
      databases: [{ organization: 'municipality', url }],
      privacy: () => known,
    })
    // With decimals that JSON.stringify would not write.
    const sent = Buffer.from(
      Buffer.from(bundle('batch', ...rows))
        .toString()
        .replace('3.5', '3.0')
        .replace(':7,', ':7.0,')
        .replace(':4,', ':4.0,'),
    )
    const loaded = await node.post('/fhir', systemClaims(own), sent)
    expect(loaded.status).toBe(200)
  })
  afterAll(async () => {
    await node.stop()
    await database.stop()
  })

  const ask = (query: string, variables: object = {}, kilde: object = {}) =>
    node.ask(personaClaims('nurse', own), query, { identifier, ...variables }, kilde)
  const list = async (
    selection: string,
    args = '(first: 100)',
    variables: object = {},
    declared = '',
  ) => {
    const query = `query ($identifier: PatientIdentifier! ${declared}) { patient(identifier: $identifier) { observations${args} { ${selection} } } }`
    const { body } = await ask(query, variables)
    expect(body).not.toHaveProperty('errors')
    return (body as { data: { patient: { observations: Record<string, never> } } }).data.patient
      .observations
  }
  /** The one row that was sent under this name. */
  const row = async (name: string, selection: string) => {
    const { nodes } = await list(`nodes { identifier { value } ${selection} }`)
    const found = (nodes as unknown as { identifier: { value: string }[] }[]).find(
      (one) => one.identifier[0]?.value === name,
    )
    if (!found) throw new Error(`no row ${name}`)
    const { identifier: _identifier, ...rest } = found
    return rest
  }

  describe('gives each field as FHIR had it', () => {
    it('a weight in grams keeps its text and converts on request', async () => {
      const selection =
        'valueText kg: quantity(unit: "kg") { value unit comparator text converted } g: quantity(unit: "g") { value converted } cm: quantity(unit: "cm") { value }'
      expect(await row('grams', selection)).toEqual({
        valueText: '49000 g',
        kg: { value: 49, unit: 'kg', comparator: null, text: '49000 g', converted: true },
        g: { value: 49000, converted: false },
        cm: null,
      })
    })
    it('glucose with comparator and decimals, by molar mass', async () => {
      const selection =
        'kind valueText quantity(unit: "mg/dL") { value comparator text converted } referenceRange { text low(unit: "mmol/L") { value } high(unit: "mg/dL") { text } type { text } }'
      expect(await row('glucose', selection)).toEqual({
        kind: 'GLUCOSE',
        valueText: '< 3.0 mmol/L',
        quantity: {
          value: 54.0468,
          comparator: 'LESS_THAN',
          text: '< 3.0 mmol/L',
          converted: true,
        },
        referenceRange: [
          {
            text: '4.0 mmol/L – 7.0 mmol/L',
            low: { value: 4 },
            high: { text: '7.0 mmol/L' },
            type: { text: 'Mål' },
          },
        ],
      })
    })
    it('frailty as an integer, with or without unit', async () => {
      expect(
        await row('cfs', 'kind valueInteger valueText quantity(unit: "{score}") { value } status'),
      ).toEqual({
        kind: 'CLINICAL_FRAILTY',
        valueInteger: 5,
        valueText: '5',
        quantity: null,
        status: 'REGISTERED',
      })
      expect(await row('grams', 'valueInteger')).toEqual({ valueInteger: null })
    })
    it('consciousness with the local code that was sent', async () => {
      expect(
        await row(
          'awake',
          'kind valueText valueConcept { text coding { system code display } } code { coding { code } text }',
        ),
      ).toEqual({
        kind: 'CONSCIOUSNESS',
        valueText: 'Våken',
        valueConcept: {
          text: null,
          coding: [{ system: 'http://dips.no/fhir/code', code: '5', display: 'Våken' }],
        },
        code: { coding: [{ code: '1104441000000107' }], text: null },
      })
    })
    it('blood pressure by its components, extra codings included', async () => {
      const selection =
        'kind valueText component { kind code { coding { code } } valueText quantity(unit: "kPa") { value } interpretation { coding { code } } dataAbsentReason { text } }'
      expect(await row('pressure', selection)).toEqual({
        kind: 'BLOOD_PRESSURE',
        valueText: null,
        component: [
          {
            kind: 'SYSTOLIC',
            code: { coding: [{ code: '8480-6' }, { code: 'bp-s' }] },
            valueText: '150 mmHg',
            quantity: { value: 19.9983 },
            interpretation: [{ coding: [{ code: 'H' }] }],
            dataAbsentReason: null,
          },
          {
            kind: 'PULSE_PRESSURE',
            code: { coding: [{ code: '4461000202102' }] },
            valueText: null,
            quantity: null,
            interpretation: [],
            dataAbsentReason: { text: 'ikke målt' },
          },
        ],
      })
    })
    it('times: a bare date, a period, issued in their stead, and one from the future', async () => {
      const times = 'effective effectiveEnd effectivePrecision timeSuspect issued'
      expect(await row('day', times)).toEqual({
        effective: '2026-03-16T00:00:00+01:00',
        effectiveEnd: null,
        effectivePrecision: 'DATE',
        timeSuspect: false,
        issued: null,
      })
      expect(await row('period', times)).toMatchObject({
        effective: '2026-03-14T07:31:00+01:00',
        effectiveEnd: '2026-03-15T23:59:59.999+01:00',
        effectivePrecision: 'INSTANT',
      })
      expect(await row('issued', times)).toMatchObject({
        effective: '2026-03-13T10:00:00.500Z',
        effectivePrecision: 'ISSUED',
        issued: '2026-03-13T10:00:00.500Z',
      })
      const { provenance, ...future } = (await row(
        'future',
        `${times} provenance { measured recorded }`,
      )) as Record<string, unknown>
      expect(future).toMatchObject({ effectivePrecision: 'RECEIVED', timeSuspect: true })
      expect(provenance).toEqual([
        { measured: '2099-01-01T00:00:00Z', recorded: future['effective'] },
      ])
    })
    it('where it comes from: owner, source, point of care, author, profile, version, device, note, place and method', async () => {
      const selection = `version device { display manufacturer modelNumber type { text } } note { text time authorText } bodySite { text } method { text } category { coding { code } }
        conflict withheldFields provenance { organization { number } source { number } pointOfCare { number } id system authorKind profile version superseded }`
      const { number, pointOfCare } = organizations.hospital
      const found = (await row('origin', selection)) as { provenance: { id: string }[] }
      expect(found).toEqual({
        version: 4,
        device: { display: 'Nonin 3230', manufacturer: null, modelNumber: null, type: null },
        note: [{ text: 'Etter måltid', time: null, authorText: 'Kari' }],
        bodySite: { text: 'Finger' },
        method: { text: 'Automatisk' },
        category: [{ coding: [{ code: 'vital-signs' }] }],
        conflict: false,
        withheldFields: [],
        provenance: [
          {
            organization: { number },
            source: { number: own },
            pointOfCare: { number: pointOfCare },
            id: found.provenance[0]?.id,
            system: 'embedded store',
            authorKind: 'PATIENT',
            profile: [
              'http://hl7.no/fhir/vkpobservation/StructureDefinition/vkp-Observation-Bodyweight',
            ],
            version: 4,
            superseded: false,
          },
        ],
      })
      expect(found.provenance[0]?.id).toMatch(new RegExp(`^${own}\\.[0-9a-f-]{36}$`))
    })
  })

  describe('gives the list with its completeness', () => {
    it('reports itself as its only source', async () => {
      const all = await list(
        'complete totalCount { value precision } pageInfo { hasNextPage hasPreviousPage } sources { organization { number } status returned dropped recovered withheld reason elapsed contractVersion } completeness { agreed asked answered failed notAsked catalogueAsOf catalogueStale }',
      )
      expect(all).toEqual({
        complete: true,
        totalCount: { value: rows.length - 1, precision: 'EXACT' },
        pageInfo: { hasNextPage: false, hasPreviousPage: false },
        sources: [
          {
            organization: { number: own },
            status: 'OK',
            returned: rows.length - 1,
            dropped: 0,
            recovered: false,
            withheld: 'NONE',
            reason: null,
            elapsed: null,
            contractVersion,
          },
        ],
        completeness: {
          agreed: 1,
          asked: 1,
          answered: 1,
          failed: 0,
          notAsked: 0,
          catalogueAsOf: '2026-11-22T12:00:00.000Z',
          catalogueStale: false,
        },
      })
    })
    it('says EMPTY of a patient whom it does not know', async () => {
      const { body } = await node.ask(
        personaClaims('nurse', own),
        '{ patient(identifier: $identifier) { observations { nodes { id } complete totalCount { value } sources { status asOf } } } }'.replace(
          '{',
          'query ($identifier: PatientIdentifier!) {',
        ),
        { identifier: patients.none.identifier },
      )
      expect(body).toEqual({
        data: {
          patient: {
            observations: {
              nodes: [],
              complete: true,
              totalCount: { value: 0 },
              sources: [{ status: 'EMPTY', asOf: expect.stringMatching(/Z$/) }],
            },
          },
        },
      })
    })
    it('gives Patient.id as a handle that differs for each requester', async () => {
      const query =
        'query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) { id } }'
      const mine = await ask(query)
      const again = await ask(query)
      const others = await node.ask(personaClaims('hospital-doctor', own), query, { identifier })
      expect(mine.body).toEqual(again.body)
      expect(others.status).toBe(200)
      expect(others.body).not.toEqual(mine.body)
      expect(JSON.stringify(mine.body)).not.toContain(identifier)
    })
    it('gives cursors that name row, version, content and owner, and the patient only by a digest of the salt', async () => {
      const given = salt()
      const query =
        'query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) { observations(first: 3) { edges { cursor node { id version } } } } }'
      const { body } = await ask(query, {}, { salt: given })
      const { edges } = (
        body as {
          data: {
            patient: {
              observations: { edges: { cursor: string; node: { id: string; version: number } }[] }
            }
          }
        }
      ).data.patient.observations
      expect(edges).toHaveLength(3)
      for (const {
        cursor,
        node: { id, version },
      } of edges) {
        expect(parseNodeCursor(cursor)).toMatchObject({
          d: id,
          o: own,
          n: version,
          p: patientDigest(given, `${FNR}|${identifier}`),
        })
      }
    })
  })

  describe('applies the filter', () => {
    const names = async (filter: string, more = 'first: 100') => {
      const { nodes } = await list('nodes { identifier { value } }', `(filter: ${filter} ${more})`)
      return (nodes as unknown as { identifier: { value: string }[] }[]).map(
        (one) => one.identifier[0]?.value,
      )
    }
    it('a code of another code system finds the measurement', async () => {
      expect(await names('{ codes: ["http://snomed.info/sct|75367002"] }')).toEqual(['pressure'])
      expect(await names('{ codes: ["http://loinc.org|8480-6"] }')).toEqual(['pressure'])
      expect(await names('{ codes: [] }')).toEqual([])
    })
    it('category, status and period', async () => {
      expect(await names('{ category: ["survey"] }')).toEqual(['cfs'])
      expect(await names('{ status: [ENTERED_IN_ERROR] }')).toEqual(['wrong'])
      expect(
        await names(
          '{ period: { start: "2026-03-14T07:31:00+01:00", end: "2026-03-16T00:00:00+01:00" } }',
        ),
      ).toEqual(['period'])
    })
    it('only what the source marked as abnormal', async () => {
      expect(await names('{ abnormalOnly: true }')).toEqual(['pressure'])
    })
    it('only the newest n', async () => {
      expect(await names('{ last: 2 }')).toEqual((await names('{}')).slice(0, 2))
    })
    it('follows a boundary of another organisation', async () => {
      const { edges } = await list('edges { cursor node { id } }')
      const all = edges as unknown as { cursor: string; node: { id: string } }[]
      const key = parseNodeCursor(all[2]?.cursor)
      if (!key) throw new Error('a cursor')
      const after = async (o: string, d: string) => {
        const variables = { after: encodeBoundary({ t: key.t, i: key.i, o, d }) }
        const found = await list(
          'nodes { id }',
          '(first: 1, after: $after)',
          variables,
          '$after: Cursor',
        )
        return (found['nodes'] as unknown as { id: string }[])[0]?.id
      }
      expect(await after(key.o, key.d)).toBe(all[3]?.node.id)
      expect(await after('999999999', '~')).toBe(all[2]?.node.id)
      expect(await after('000000000', '~')).toBe(all[3]?.node.id)
      expect(await after('~', '~')).toBe(all[2]?.node.id)
    })
  })

  it('answers several lists and aliases, with fragments and directives, in one request', async () => {
    const query = `query ($identifier: PatientIdentifier!, $no: Boolean = false) {
      patient(identifier: $identifier) {
        a: observations(first: 1, order: OLDEST_FIRST) { ...page }
        b: observations(filter: { category: ["survey"] }) { edges { one: node { ...row } two: node { kind @include(if: $no) id @skip(if: true) valueText } } }
      }
    }
    fragment page on ObservationConnection { nodes { ...row } pageInfo { hasNextPage } }
    fragment row on Observation { identifier { value } }`
    const { body } = await ask(query)
    expect(body).toEqual({
      data: {
        patient: {
          a: { nodes: [{ identifier: [{ value: 'old' }] }], pageInfo: { hasNextPage: true } },
          b: { edges: [{ one: { identifier: [{ value: 'cfs' }] }, two: { valueText: '5' } }] },
        },
      },
    })
  })

  it('tells its contract to whoever may ask, and records no access', async () => {
    const before = (await node.records('municipality')).length
    const { body } = await ask(
      '{ __typename _service { sdl } __type(name: "Observation") { name } }',
    )
    expect(body).toMatchObject({ data: { __typename: 'Query', __type: { name: 'Observation' } } })
    expect(JSON.stringify(body)).toContain('@merge(strategy: UNION')
    expect(await node.records('municipality')).toHaveLength(before)
  })

  describe('is refused where it is', () => {
    const patientQuery = (inner: string, declared = '') =>
      `query ($identifier: PatientIdentifier! ${declared}) { patient(identifier: $identifier) { ${inner} } }`
    const nested = (depth: number): string =>
      depth === 0 ? 'name' : `ofType { ${nested(depth - 1)} }`
    it.each<[string, string, object, string, string]>([
      ['no GraphQL', '{', {}, 'DOCUMENT_MALFORMED', 'Syntax Error: Expected Name, found <EOF>.'],
      [
        'about an unknown field',
        patientQuery('colour'),
        {},
        'DOCUMENT_MALFORMED',
        'Cannot query field "colour" on type "Patient".',
      ],
      [
        'with a literal identifier',
        '{ patient(identifier: "x") { id } }',
        {},
        'IDENTIFIER_IN_DOCUMENT',
        'The document holds a person number as a literal. Send it as a variable.',
      ],
      [
        'with a number in the document',
        patientQuery('observations(filter: { category: ["08825133489"] }) { complete }'),
        {},
        'IDENTIFIER_IN_DOCUMENT',
        'The document holds a person number as a literal. Send it as a variable.',
      ],
      [
        'with wrong check digits',
        patientQuery('id'),
        { identifier: '08825133488' },
        'PATIENT_IDENTIFIER_INVALID',
        'The check digits of the patient identifier are wrong.',
      ],
      [
        'without identifier',
        patientQuery('id'),
        { identifier: null },
        'DOCUMENT_MALFORMED',
        'Variable "$identifier" of non-null type "PatientIdentifier!" must not be null.',
      ],
      [
        'about two patients',
        'query ($identifier: PatientIdentifier!) { a: patient(identifier: $identifier) { id } b: patient(identifier: $identifier) { id } }',
        {},
        'ONE_PATIENT_ONLY',
        'A request is about exactly one patient.',
      ],
      [
        'about entities',
        '{ _entities(representations: []) { __typename } }',
        { identifier: undefined },
        'ONE_PATIENT_ONLY',
        'A request is about exactly one patient.',
      ],
      [
        'for no rows',
        patientQuery('observations(first: 0) { complete }'),
        {},
        'ARGUMENT_OUT_OF_RANGE',
        '`first` must be from 1 to 1,001.',
      ],
      [
        'for too many rows',
        patientQuery('observations(first: 1002) { complete }'),
        {},
        'ARGUMENT_OUT_OF_RANGE',
        '`first` must be from 1 to 1,001.',
      ],
      [
        'for the last of the oldest',
        patientQuery('observations(filter: { last: 1 }, order: OLDEST_FIRST) { complete }'),
        {},
        'ARGUMENT_OUT_OF_RANGE',
        '`filter.last` needs `order: NEWEST_FIRST`.',
      ],
      [
        'with too many codes',
        patientQuery('observations(filter: { codes: $codes }) { complete }', '$codes: [Code!]'),
        { codes: Array.from({ length: 51 }, () => 'a|b') },
        'ARGUMENT_OUT_OF_RANGE',
        '`filter.codes` takes at most 50 values.',
      ],
      [
        'with a code without system',
        patientQuery('observations(filter: { codes: $codes }) { complete }', '$codes: [Code!]'),
        { codes: ['8867-4'] },
        'DOCUMENT_MALFORMED',
        'Variable "$codes" is not valid: Code must be a code as `system|code`.',
      ],
      [
        'with a unit that is none',
        patientQuery('observations { nodes { quantity(unit: "stone") { value } } }'),
        {},
        'DOCUMENT_MALFORMED',
        'UcumUnit must be a unit of UCUM.',
      ],
      [
        'with a forged cursor',
        patientQuery('observations(after: "abc") { complete }'),
        {},
        'CURSOR_INVALID',
        'The cursor in `after` is not one of this service.',
      ],
      [
        'for what a gateway makes of several fields',
        patientQuery('overview { complete }'),
        {},
        'DOCUMENT_MALFORMED',
        "Patient.overview is the gateway's: ask a node for the fields that it is made of.",
      ],
      [
        'for too many lists',
        patientQuery(
          Array.from({ length: MOST_LISTS + 1 }, (_, n) => `l${n}: observations { complete }`).join(
            ' ',
          ),
        ),
        {},
        'DOCUMENT_TOO_LARGE',
        'The document is too large, too deep or asks for too many lists.',
      ],
      [
        'too deep',
        `{ __type(name: "Query") { ${nested(30)} } }`,
        { identifier: undefined },
        'DOCUMENT_TOO_LARGE',
        'The document is too large, too deep or asks for too many lists.',
      ],
      [
        'too long',
        patientQuery(`observations { nodes { ${'id '.repeat(6_000)} } }`),
        {},
        'DOCUMENT_TOO_LARGE',
        'The document is too large, too deep or asks for too many lists.',
      ],
      [
        'a mutation',
        'mutation { x }',
        { identifier: undefined },
        'DOCUMENT_MALFORMED',
        'Only queries are answered.',
      ],
    ])('%s', async (_name, query, variables, code, message) => {
      const { status, body } = await ask(query, variables)
      expect(body).toEqual({ errors: [{ message, extensions: { code } }] })
      expect(status).toBe(400)
    })

    it('no JSON, or more than 400 kB', async () => {
      const claims = personaClaims('nurse', own)
      expect(await node.post('/graphql', claims, Buffer.from('nope'))).toMatchObject({
        status: 400,
        body: { errors: [{ extensions: { code: 'REQUEST_MALFORMED' } }] },
      })
      expect(await node.post('/graphql', claims, Buffer.alloc(400_001, 32))).toMatchObject({
        status: 413,
        body: { errors: [{ extensions: { code: 'BODY_TOO_LARGE' } }] },
      })
    })
    it('a GET, whose address could hold a patient', async () => {
      const response = await fetch(`${node.url}/graphql?query={__typename}`)
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
      expect(await response.json()).toMatchObject({
        errors: [{ extensions: { code: 'METHOD_NOT_ALLOWED' } }],
      })
    })
  })
})

const named = (name: string, more: Record<string, unknown> = {}) =>
  weight({ identifier: [{ system: 'urn:test', value: name }], ...more })
const coded = (
  system: string,
  code: string,
  valueQuantity: object | undefined,
  more: object = {},
) => ({
  code: { coding: [{ system, code }] },
  valueQuantity,
  ...more,
})
const organization = (value: string) => ({
  type: 'Organization',
  identifier: { system: ENH, value },
})
const HL7 = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation'

const rows = [
  named('grams', { valueQuantity: { value: 49000, unit: 'g', system: UCUM, code: 'g' } }),
  named(
    'glucose',
    coded(LOINC, '15074-8', undefined, {
      valueQuantity: { value: 3.5, comparator: '<', unit: 'mmol/L', system: UCUM, code: 'mmol/l' },
      referenceRange: [
        {
          low: { value: 4, unit: 'mmol/L' },
          high: { value: 7, unit: 'mmol/L' },
          type: { text: 'Mål' },
        },
      ],
    }),
  ),
  named(
    'cfs',
    coded(
      SNOMED,
      '763264000',
      { value: 5 },
      {
        status: 'registered',
        category: [{ coding: [{ code: 'survey' }] }],
      },
    ),
  ),
  named(
    'awake',
    coded(SNOMED, '1104441000000107', undefined, {
      valueCodeableConcept: {
        coding: [{ system: 'http://dips.no/fhir/code', code: '5', display: 'Våken' }],
      },
    }),
  ),
  named(
    'pressure',
    coded(LOINC, '85354-9', undefined, {
      component: [
        {
          code: {
            coding: [
              { system: LOINC, code: '8480-6' },
              { system: 'http://acme.org', code: 'bp-s' },
            ],
          },
          valueQuantity: { value: 150, unit: 'mmHg' },
          interpretation: [{ coding: [{ system: HL7, code: 'H' }] }],
        },
        {
          code: { coding: [{ system: SNOMED, code: '4461000202102' }] },
          dataAbsentReason: { text: 'ikke målt' },
        },
      ],
    }),
  ),
  named('day', { effectiveDateTime: '2026-03-16' }),
  named('period', {
    effectiveDateTime: undefined,
    effectivePeriod: { start: '2026-03-14T07:31:00+01:00', end: '2026-03-15' },
  }),
  named('issued', { effectiveDateTime: undefined, issued: '2026-03-13T10:00:00.500Z' }),
  named('future', { effectiveDateTime: '2099-01-01T00:00:00Z' }),
  named('old', { effectiveDateTime: '2020-01-01T00:00:00Z' }),
  named('wrong', { status: 'entered-in-error' }),
  named('origin', {
    meta: {
      versionId: '4',
      profile: ['http://hl7.no/fhir/vkpobservation/StructureDefinition/vkp-Observation-Bodyweight'],
    },
    performer: [
      { type: 'Patient', identifier: { system: FNR, value: patients.copd.identifier } },
      organization(organizations.hospital.number),
      organization(organizations.hospital.pointOfCare),
    ],
    device: { display: 'Nonin 3230' },
    note: [{ text: 'Etter måltid', authorString: 'Kari' }],
    bodySite: { text: 'Finger' },
    method: { text: 'Automatisk' },
  }),
]
