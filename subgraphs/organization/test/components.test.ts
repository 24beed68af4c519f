import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { organizations, patients } from '@kilde/people'
import { startDatabase } from './kit/database.js'
import { fillAsBefore } from './kit/earlier-store.js'
import { startNode } from './kit/node.js'
import { bundle, LOINC, SNOMED, weight } from './kit/observations.js'
import { personaClaims, systemClaims } from './kit/tokens.js'

const own = organizations.municipality.number
const PANEL = `${LOINC}|85354-9`
const SYSTOLIC = `${LOINC}|8480-6`
const SYSTOLIC_IN_SNOMED = `${SNOMED}|271649006`
const DIASTOLIC = `${LOINC}|8462-4`
const NEWS2_PULSE = `${SNOMED}|1104351000000103`

describe('a measurement that is a component of another', () => {
  let database: Awaited<ReturnType<typeof startDatabase>>
  let node: Awaited<ReturnType<typeof startNode>>
  let url: string

  beforeAll(async () => {
    database = await startDatabase()
    url = await database.createDatabase('components')
    node = await startNode({ databases: [{ organization: 'municipality', url }] })
    const { body } = await node.post('/fhir', systemClaims(own), bundle('batch', ...rows))
    const entries = (body as { entry: { response: { status: string } }[] }).entry
    expect(entries.map(({ response }) => response.status.slice(0, 3))).toEqual(
      rows.map(() => '201'),
    )
  })
  afterAll(async () => {
    await node.stop()
    await database.stop()
  })

  const ask = async <T>(selection: string) => {
    const query = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) { it: ${selection} } }`
    const { identifier } = patients.copd
    const { body } = await node.ask(personaClaims('nurse', own), query, { identifier })
    expect(body).not.toHaveProperty('errors')
    return (body as { data: { patient: { it: T } } }).data.patient.it
  }
  const list = async (code: string, more = '') => {
    const { nodes, totalCount } = await ask<Listed>(
      `observations(filter: { codes: ["${code}"] ${more} }) { nodes { identifier { value } } totalCount { value } }`,
    )
    return { names: nodes.map(nameOf), count: totalCount.value }
  }
  const trend = (code: string, selection: string) =>
    ask<Trended>(
      `observationTrend(code: "${code}", unit: "mm[Hg]", bucket: DAY, period: { start: "2026-03-01T00:00:00+01:00", end: "2026-04-01T00:00:00+02:00" }) { ${selection} }`,
    )
  const found = ['error', 'twice', 'bound', 'whole', 'alone', 'unread', 'kilopascal', 'plain']

  it('finds the rows of its code, whatever system either is coded in, and counts them', async () => {
    const shown = { names: found.slice(1), count: 7 }
    expect(await list(SYSTOLIC)).toEqual(shown)
    expect(await list(SYSTOLIC_IN_SNOMED)).toEqual(shown)
    expect(await list(DIASTOLIC)).toEqual({ names: ['unread', 'plain'], count: 2 })
    expect(await list(SYSTOLIC, 'last: 2, status: [FINAL, ENTERED_IN_ERROR]')).toEqual({
      names: found.slice(0, 2),
      count: 2,
    })
    expect(await list('urn:own|sys')).toEqual({ names: ['kilopascal'], count: 1 })
  })

  it('finds each row once, by the whole as by a part', async () => {
    expect(await list(`${PANEL}", "${SYSTOLIC}", "${DIASTOLIC}`)).toEqual({
      names: found.slice(1),
      count: 7,
    })
    expect(await list(PANEL)).toMatchObject({ count: 5 })
  })

  it('is newest where the whole is', async () => {
    const { items } = await ask<{ items: { observation: Named | null; complete: boolean }[] }>(
      `latestObservations(codes: ["${SYSTOLIC}", "${DIASTOLIC}", "${NEWS2_PULSE}"]) { items { complete observation { identifier { value } kind component { kind } } } }`,
    )
    const part = {
      kind: 'BLOOD_PRESSURE',
      component: expect.arrayContaining([{ kind: 'SYSTOLIC' }]),
    }
    expect(items).toEqual([
      { complete: true, observation: { identifier: [{ value: 'twice' }], ...part } },
      { complete: true, observation: { identifier: [{ value: 'unread' }], ...part } },
      { complete: true, observation: null },
    ])
  })

  it('has the trend of the rows of its own and of the first component that is coded so', async () => {
    const { buckets, leftOut } = await trend(SYSTOLIC, 'leftOut buckets { count mean }')
    // Not measured, without a value of its own, and a bound.
    expect(leftOut).toBe(3)
    expect(buckets).toEqual([
      { count: 1, mean: 150 },
      { count: 1, mean: expect.closeTo(150.01275, 5) },
      { count: 1, mean: 140 },
      { count: 1, mean: 130 },
    ])
    expect(await trend(DIASTOLIC, 'leftOut buckets { count mean }')).toEqual({
      leftOut: 0,
      buckets: [
        { count: 1, mean: 90 },
        { count: 1, mean: 80 },
      ],
    })
  })

  it('travels to a gateway with the cursor of the whole, and withdrawn with it', async () => {
    const { buckets } = await trend(SYSTOLIC, 'buckets { rows { cursor value } }')
    const values = buckets.flatMap(({ rows }) => rows.map(({ value }) => value))
    const close = expect.closeTo(150.01275, 5)
    expect(values).toEqual([150, close, null, 140, null, null, 130, null])
    const { edges } = await ask<{ edges: { cursor: string }[] }>(
      `observations(order: OLDEST_FIRST, filter: { codes: ["${SYSTOLIC}"], superseding: true }) { edges { cursor } }`,
    )
    const salted = /^(..).{22}/
    expect(
      buckets.flatMap(({ rows }) => rows.map(({ cursor }) => cursor.replace(salted, '$1'))),
    ).toEqual(edges.map(({ cursor }) => cursor.replace(salted, '$1')))
  })

  it('is found in rows that an earlier version took', async () => {
    const before = await list(SYSTOLIC)
    await node.stop()
    const earlier = await database.createDatabase('components_before')
    await fillAsBefore(earlier, own, rows)
    node = await startNode({ databases: [{ organization: 'municipality', url: earlier }] })
    expect(await list(SYSTOLIC)).toEqual(before)
    expect(await list('urn:own|sys')).toMatchObject({ count: 1 })
  })
})

interface Named {
  readonly identifier: readonly { readonly value: string }[]
}
interface Listed {
  readonly nodes: readonly Named[]
  readonly totalCount: { readonly value: number }
}
interface Trended {
  readonly leftOut: number
  readonly buckets: readonly {
    readonly rows: readonly { readonly cursor: string; readonly value: number | null }[]
  }[]
}

const nameOf = ({ identifier }: Named) => identifier[0]?.value

const coded = (token: string, ...others: readonly string[]) => ({
  coding: [token, ...others].map((one) => {
    const [system, code] = one.split('|')
    return { system, code }
  }),
})
const pressureOf = (value: number, more: object = {}) => ({
  valueQuantity: { value, unit: 'mmHg', ...more },
})
const part = (token: string, value: object) => ({ code: coded(token), ...value })
const NOT_MEASURED = { dataAbsentReason: { text: 'ikke målt' } }

/** A row of that day in March, by default one of blood pressure. */
const row = (name: string, day: number, more: Record<string, unknown>) =>
  weight({
    identifier: [{ system: 'urn:test', value: name }],
    code: coded(PANEL),
    valueQuantity: undefined,
    effectiveDateTime: `2026-03-0${day}T08:00:00+01:00`,
    ...more,
  })

const rows = [
  row('plain', 1, {
    component: [part(SYSTOLIC, pressureOf(150)), part(DIASTOLIC, pressureOf(90))],
  }),
  row('kilopascal', 2, {
    code: coded(`${SNOMED}|75367002`),
    component: [
      { code: coded('urn:own|sys', SYSTOLIC_IN_SNOMED), ...pressureOf(20, { code: 'kPa' }) },
    ],
  }),
  row('unread', 3, {
    component: [part(SYSTOLIC, NOT_MEASURED), part(DIASTOLIC, pressureOf(80))],
  }),
  row('alone', 4, { code: coded(SYSTOLIC), ...pressureOf(140) }),
  row('whole', 5, { code: coded(SYSTOLIC), component: [part(SYSTOLIC, pressureOf(7))] }),
  row('bound', 6, { component: [part(SYSTOLIC, pressureOf(200, { comparator: '>' }))] }),
  row('twice', 7, {
    component: [part(SYSTOLIC, pressureOf(130)), part(SYSTOLIC, pressureOf(170))],
  }),
  row('error', 8, {
    status: 'entered-in-error',
    component: [part(SYSTOLIC, pressureOf(300))],
  }),
  weight({ identifier: [{ system: 'urn:test', value: 'weight' }] }),
]
