import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { organizations, patients } from '@kilde/people'
import type { Block, PrivacyView } from '@kilde/privacy'
import type { PrivacyPort } from '../src/policy/privacy-port.js'
import { openReviews, reviewsFile } from '../src/policy/reviews.js'
import { startDatabase } from './kit/database.js'
import { startNode } from './kit/node.js'
import { bundle, ENH, LOINC, SNOMED, weight } from './kit/observations.js'
import { personaClaims, systemClaims } from './kit/tokens.js'

const own = organizations.municipality.number
const hospital = organizations.hospital.number
const kari = patients.copd.identifier
const PULSE = `${LOINC}|8867-4`
const labelled = (code: string) => ({
  meta: { security: [{ system: 'urn:oid:2.16.578.1.12.4.1.1.9603', code }] },
})
const row = (value: string, more: object = {}) =>
  weight({ identifier: [{ system: 'urn:test', value }], ...more })
const pulse = (value: string, day: string) =>
  row(value, {
    code: { coding: [{ system: LOINC, code: '8867-4' }] },
    effectiveDateTime: `${day}T08:00:00+01:00`,
    valueQuantity: { value: 70, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
    note: [{ text: 'in words' }],
  })
const rows = [
  pulse('pulse 1', '2026-11-18'),
  pulse('pulse 2', '2026-11-19'),
  pulse('pulse 3', '2026-11-20'),
  row('weight'),
  row('copy', {
    performer: [{ type: 'Organization', identifier: { system: ENH, value: hospital } }],
  }),
  row('blocked by label', labelled('NORS')),
  row('denied to the patient', labelled('NORN_KUT')),
]
const all = [
  'blocked by label',
  'copy',
  'denied to the patient',
  'pulse 1',
  'pulse 2',
  'pulse 3',
  'weight',
]
const toDoctor = all.filter((name) => name !== 'blocked by label')

const block = (data: Block['data'] = {}, recipient: Block['recipient'] = {}): Block => ({
  id: '00000000-0000-4000-8000-000000000001',
  ...{ data, recipient, validity: { from: '2020-01-01T00:00:00Z' } },
})
const nothing: PrivacyView = {
  ...{ asOfMs: 0, blocks: [], consents: [], reservations: [], representation: [] },
  person: { birthDate: '1951-02-08', addressConfidential: false },
}

let held: PrivacyView | 'UNKNOWN'
const privacy: PrivacyPort = { view: () => held, digest: ({ value }) => value.padEnd(43, '-') }

type Json = Readonly<Record<string, unknown>>
type Answer = { readonly data: { readonly patient: Record<string, never> } }

interface Listed {
  readonly nodes: readonly {
    readonly identifier: readonly { readonly value: string }[]
    readonly note: readonly object[]
    readonly withheldFields: readonly string[]
  }[]
  readonly totalCount: { readonly value: number }
  readonly complete: boolean
  readonly sources: readonly { readonly status: string; readonly withheld: string }[]
}

const LIST =
  'observations { nodes { identifier { value } note { text } withheldFields } totalCount { value } complete sources { status withheld } }'

describe.each(['visible', 'hidden'])('what stays closed, at an organisation that is %s', (mode) => {
  let database: Awaited<ReturnType<typeof startDatabase>>
  let node: Awaited<ReturnType<typeof startNode>>
  const hidden = mode === 'hidden'

  beforeAll(async () => {
    database = await startDatabase()
    const url = await database.createDatabase('withheld')
    node = await startNode({
      databases: [{ organization: 'municipality', url }],
      settings: { KILDE_DISCLOSURE: mode },
      privacy: () => privacy,
    })
    await node.post('/fhir', systemClaims(own), bundle('batch', ...rows))
  })
  beforeEach(() => {
    held = nothing
  })
  afterAll(async () => {
    await node.stop()
    await database.stop()
  })

  const answer = async (who: object, selection: string, identifier: string = kari) => {
    const query = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) { ${selection} } }`
    // An attest holds for one patient: signed in anew for another.
    const claims = identifier === kari ? who : { ...who, sid: 'another session' }
    return (await node.ask(claims, query, { identifier })).body
  }
  const list = async (who: object = doctor) => {
    const body = (await answer(who, LIST)) as Answer
    const found = body.data.patient['observations'] as unknown as Listed
    const names = found.nodes
      .flatMap(({ identifier }) => identifier.map(({ value }) => value))
      .sort()
    const [source] = found.sources
    return {
      names,
      count: found.totalCount.value,
      complete: found.complete,
      withheld: source?.withheld,
    }
  }
  const told = (why: string) => (hidden ? 'NOT_DISCLOSED' : why)
  const doctor = personaClaims('hospital-doctor', own)

  it('is nothing for personnel but what the patient blocked by a label', async () => {
    expect(await list()).toEqual({
      ...{ names: toDoctor, count: 6, complete: false, withheld: told('OBJECTION') },
    })
  })
  it.each<[string, Block, readonly string[]]>([
    [
      'a code, by another code system',
      block({ code: `${SNOMED}|364075005` }),
      ['copy', 'denied to the patient', 'weight'],
    ],
    [
      'an organisation’s data, where a copy lies',
      block({ organization: hospital }),
      toDoctor.filter((name) => name !== 'copy'),
    ],
    [
      'a period',
      block({ from: '2026-11-19T00:00:00Z', until: '2026-11-20T00:00:00Z' }),
      toDoctor.filter((name) => name !== 'pulse 2'),
    ],
    ['everything', block(), []],
    ['a group', block({}, { group: 'LE' }), []],
    ['another group', block({}, { group: 'SP' }), toDoctor],
    ['a professional', block({}, { professional: '9990003' }), []],
    ['another organisation', block({}, { organization: own }), toDoctor],
  ])('follows a block on %s, in rows and count', async (_what, one, names) => {
    held = { ...nothing, blocks: [one] }
    expect(await list()).toMatchObject({ names, count: names.length, complete: false })
  })
  it('is the same on every path to a row', async () => {
    held = { ...nothing, blocks: [block({ code: PULSE })] }
    const day = 'period: { start: "2026-11-18T00:00:00+01:00", end: "2026-11-21T00:00:00+01:00" }'
    const trend = `observationTrend(code: "${PULSE}", unit: "/min", bucket: DAY, ${day}) { buckets { count rows { cursor } rest { count } } leftOut }`
    const latest = (code: string) =>
      `latestObservations(codes: ["${code}"]) { items { observation { id } edges { node { id } } } }`
    const seen = 'nodes { id valueText } totalCount { value }'
    const paths = [
      `observations(filter: { codes: ["${PULSE}"] }) { ${seen} }`,
      `alias: observations(filter: { codes: ["${PULSE}"] }) { other: nodes { id valueText } totalCount { value } }`,
      `observations(filter: { codes: ["${SNOMED}|364075005"] }) { ${seen} }`,
      `observations(filter: { codes: ["urn:iso:std:iso:11073:10101|149530"] }) { ${seen} }`,
      `... on Patient { observations(filter: { codes: ["${PULSE}"] }) { ${seen} } }`,
      `... { observations(filter: { codes: ["${PULSE}"] }) { ... on ObservationConnection { ${seen} } } }`,
      `observations(filter: { codes: ["${PULSE}"] }) { edges { cursor node { id } } totalCount { value } }`,
      `observations(filter: { codes: ["${PULSE}"], last: 2 }) { ${seen} }`,
      `observations(filter: { codes: ["${PULSE}"], superseding: true }) { ${seen} }`,
      `observations(filter: { codes: ["${PULSE}"], status: [FINAL] }) { ${seen} }`,
      `observations(filter: { codes: ["${PULSE}"], category: ["vital-signs"] }) { ${seen} }`,
      `observations(filter: { codes: ["${PULSE}"] }, order: OLDEST_FIRST) { ${seen} }`,
      `observations(filter: { codes: ["${PULSE}"] }, first: 1) { ${seen} pageInfo { hasNextPage endCursor } }`,
      `observations(filter: { codes: ["${PULSE}"], ${day} }) { ${seen} }`,
      trend,
      `t: observationTrend(code: "${SNOMED}|364075005", unit: "/min", bucket: MONTH, ${day}) { buckets { count mean } leftOut }`,
      `observationTrend(code: "${PULSE}", unit: "/min", bucket: HOUR, ${day}) { ... on ObservationTrend { buckets { minimum maximum } leftOut } }`,
      latest(PULSE),
      latest(`${SNOMED}|364075005`),
      `... on Patient { newest: latestObservations(codes: ["${PULSE}"]) { items { observation { valueText } } } }`,
      `observations(filter: { codes: ["${PULSE}"] }) @include(if: true) { ${seen} }`,
    ]
    const blocked = await Promise.all(paths.map((path) => answer(doctor, path)))
    const strangers = await Promise.all(
      paths.map((path) => answer(doctor, path, patients.none.identifier)),
    )
    // As of a patient of whom nothing is held.
    expect(blocked).toEqual(strangers)
    held = nothing
    const open = await Promise.all(paths.map((path) => answer(doctor, path)))
    for (const [index, one] of open.entries()) expect(one).not.toEqual(blocked[index])
  })
  it('never opens by a way around the patient', async () => {
    held = { ...nothing, blocks: [block()] }
    const representations = [{ __typename: 'Patient', id: kari }]
    const query =
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Patient { name { value { text } } } } }'
    const { status, body } = await node.ask(doctor, query, { r: representations })
    expect(status).not.toBe(200)
    expect(body).toHaveProperty('errors')
  })
  it('tells a blocked patient from an empty one only where that is disclosed', async () => {
    held = { ...nothing, blocks: [block()] }
    const normal = (body: unknown): string =>
      JSON.stringify(body)
        .replaceAll(/"asOf":"[^"]+"/g, '')
        .replaceAll(/"id":"[^"]+"/g, '')
    const selection =
      'observations { nodes { id } totalCount { value } complete completeness { withheld } sources { status returned dropped withheld reason elapsed asOf } pageInfo { hasNextPage } } name { value { text } complete sources { status withheld } }'
    const blocked = normal(await answer(doctor, selection))
    const empty = normal(await answer(doctor, selection, patients.none.identifier))
    expect(blocked === empty).toBe(hidden)
    expect(blocked).toContain(`"withheld":"${told('OBJECTION')}"`)
    expect(blocked).toContain('"complete":false')
  })
  it('is everything while it is not known what the patient objects to', async () => {
    held = 'UNKNOWN'
    expect(await answer(doctor, LIST)).toMatchObject({
      errors: [{ extensions: { code: 'POLICY_REFUSED', reason: 'BLOCKS_UNKNOWN' } }],
    })
  })
  it('is told in the record: which rules and settings decided', async () => {
    held = { ...nothing, blocks: [block({ organization: hospital })] }
    await list()
    expect((await node.records('municipality')).at(-1)).toMatchObject({
      event: 'PATIENT_DATA_READ',
      outcome: 'PARTIAL',
      rules: ['Observation/professionals', `Observation/block:${block().id}`],
    })
  })

  describe('for citizens', () => {
    const patient = personaClaims('patient', own)
    it('follows the labels of code system 9603, and never the patient’s own blocks', async () => {
      held = { ...nothing, blocks: [block()] }
      expect(await list(patient)).toEqual({
        names: all.filter((name) => name !== 'denied to the patient'),
        ...{ count: 6, complete: false, withheld: told('CONFIDENTIAL') },
      })
    })
  })

  describe('of what was written freely, where the address may be confidential', () => {
    const hiding = (person?: PrivacyView['person']): PrivacyView => {
      const { person: _known, ...rest } = nothing
      return { ...rest, ...(person && { person }) }
    }
    const confidential = hiding({ birthDate: '1951-02-08', addressConfidential: true })
    const coordinating = (): object => {
      const claims = personaClaims('hospital-doctor', own) as Json
      const attest = structuredClone(claims['nhn:tillitsrammeverk:parameters']) as {
        readonly care_relationship: object
      }
      const code = { code: 'COC', system: 'urn:oid:2.16.840.1.113883.1.11.20448' }
      Object.assign(attest.care_relationship, { purpose_of_use: code })
      return { ...claims, 'nhn:tillitsrammeverk:parameters': attest }
    }
    const freely = async (who: object) => {
      const body = (await answer(who, LIST)) as Answer
      const { nodes } = body.data.patient['observations'] as unknown as Listed
      expect(nodes.length).toBeGreaterThan(0)
      return {
        notes: nodes.flatMap(({ note }) => note).length,
        withheldFields: [...new Set(nodes.flatMap((one) => one.withheldFields))],
      }
    }
    const shown = { notes: 3, withheldFields: [] }
    const leftOut = { notes: 0, withheldFields: ['device', 'note'] }

    it('is all for whoever treats', async () => {
      held = confidential
      expect(await freely(doctor)).toEqual(shown)
    })
    it.each<[string, () => object, () => PrivacyView]>([
      ['whoever coordinates', coordinating, () => confidential],
      [
        'whoever coordinates, where base data do not know the patient',
        coordinating,
        () => hiding(),
      ],
      ['the patient', () => personaClaims('patient', own), () => confidential],
    ])('is nothing for %s: it is named, and no reason says why', async (_who, claims, view) => {
      held = nothing
      expect(await freely(claims())).toEqual(shown)
      held = view()
      expect(await freely(claims())).toEqual(leftOut)
      expect(JSON.stringify(await answer(claims(), LIST))).not.toMatch(/ADDRESS|"CONFIDENTIAL_/)
    })
  })

  describe('in break-glass', () => {
    const glass = (
      key: string,
      description = 'Bevisstløs pasient',
      userSelected = true,
    ): object => {
      const claims = personaClaims(key, own) as Record<string, { care_relationship: object }>
      const attest = structuredClone(claims['nhn:tillitsrammeverk:parameters'])
      Object.assign(attest?.care_relationship ?? {}, {
        purpose_of_use: { code: 'BTG', system: 'urn:oid:2.16.840.1.113883.1.11.20448' },
        decision_ref: { id: 'glass', description, user_selected: userSelected },
      })
      return { ...claims, 'nhn:tillitsrammeverk:parameters': attest }
    }
    const refusal = (reason: string) => ({ errors: [{ extensions: { reason } }] })

    it('opens in two steps, with a reason, what the patient blocked, and puts it on the list for review', async () => {
      held = { ...nothing, blocks: [block()] }
      expect(await answer(glass('acute-doctor'), LIST)).toMatchObject(
        refusal('BREAK_GLASS_INCOMPLETE'),
      )
      expect(await list(personaClaims('acute-doctor', own))).toMatchObject({ names: [] })
      expect(await answer(glass('acute-doctor', ''), LIST)).toMatchObject(
        refusal('BREAK_GLASS_INCOMPLETE'),
      )
      expect(await list(glass('acute-doctor'))).toMatchObject({ names: all })
      await list(glass('acute-doctor'))
      const record = (await node.records('municipality')).findLast((one) => 'items' in one)
      expect(record).toMatchObject({
        purpose: 'BTG',
        rules: expect.arrayContaining(['Observation/break-glass:lifted']),
      })
      const reviews = await openReviews(reviewsFile(node.directory, own)).all()
      expect(reviews).toEqual([expect.objectContaining({ event: 'OPENED', blocksUnknown: false })])
    })
    it('opens where it is not known what the patient objects to, marked', async () => {
      held = 'UNKNOWN'
      await answer(doctor, LIST)
      expect(await list(glass('hospital-doctor'))).toMatchObject({ names: all })
      const [first] = await openReviews(reviewsFile(node.directory, own)).all()
      expect(first).toMatchObject({ blocksUnknown: true })
      const record = (await node.records('municipality')).at(-1)
      expect(record).toMatchObject({
        rules: expect.arrayContaining(['Observation/settings:UNKNOWN']),
      })
    })
    it('never lifts a block on that same professional', async () => {
      held = { ...nothing, blocks: [block({}, { professional: '9990004' })] }
      await answer(personaClaims('acute-doctor', own), LIST)
      expect(await list(glass('acute-doctor'))).toMatchObject({
        names: [],
        withheld: told('OBJECTION'),
      })
    })
  })
})
