import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { parsePatientIdentifier } from '@kilde/contract'
import { organizations, patients } from '@kilde/people'
import type { OperationOutcome } from 'fhir/r4.js'
import pg from 'pg'
import { ZONE_SYSTEM } from '../src/classes/care-plan/zones.js'
import { compileShapeCheck, type ShapeCheck } from '../src/ingest/fhir-schema.js'
import { ingest, TransactionRefused } from '../src/ingest/ingest.js'
import type { Intake } from '../src/sources/intake.js'
import type { ClassQuestion, Source } from '../src/sources/source.js'
import { openStore } from '../src/sources/store/open.js'
import { startDatabase } from './kit/database.js'
import { bytes, FNR, NOW } from './kit/observations.js'

const own = organizations.municipality.number
const subject = { identifier: { system: FNR, value: patients.copd.identifier } }
const signal = new AbortController().signal

const plan = (id: string, more: Record<string, unknown> = {}) => ({
  resourceType: 'CarePlan',
  ...{ id, subject, status: 'active', intent: 'plan', period: { start: '2026-05-01' } },
  ...more,
})
const zone = (id: string, of: string, level: string, more: Record<string, unknown> = {}) => [
  plan(id, {
    partOf: [{ reference: `CarePlan/${of}` }],
    addresses: [{ reference: `Condition/${id}` }],
    activity: [{ detail: { status: 'not-started', description: `gjør ${level}` } }],
    ...more,
  }),
  {
    resourceType: 'Condition',
    ...{ id, subject, code: { text: `når ${level}` } },
    severity: { coding: [{ system: ZONE_SYSTEM, code: level }] },
  },
]

describe('plans at a node', () => {
  let database: Awaited<ReturnType<typeof startDatabase>>
  let databaseUrl = ''
  let store: Source & Intake
  let checkShape: ShapeCheck
  const settings = { organization: own, now: () => NOW, key: Buffer.alloc(32, 3) }

  beforeAll(async () => {
    database = await startDatabase()
    checkShape = compileShapeCheck()
    databaseUrl = await database.createDatabase('plans')
    store = await openStore({ databaseUrl, ...settings })
  })
  afterAll(async () => {
    await store.close()
    await database.stop()
  })

  const bundleOf = (type: string, resources: readonly Record<string, unknown>[]) =>
    bytes({
      resourceType: 'Bundle',
      type,
      entry: resources.map((resource) => {
        const url = `${String(resource['resourceType'])}/${String(resource['id'])}`
        return { resource, request: { method: 'PUT', url } }
      }),
    })
  const take = (body: Uint8Array) =>
    ingest(body, { organization: own, store, checkShape, now: () => NOW })
  const send = (...resources: Record<string, unknown>[]) => take(bundleOf('batch', resources))

  const ask = (more: Partial<ClassQuestion> = {}) =>
    store.rows(
      {
        class: 'CarePlan',
        facets: {},
        patient: parsePatientIdentifier(patients.copd.identifier),
        ...{ status: ['active', 'draft', 'revoked'], order: 'NEWEST_FIRST', limit: 50 },
        ...{ elements: ['title'], related: true, count: true, rivals: true },
        ...more,
      },
      signal,
    )
  const titled = async (title: string, more: Partial<ClassQuestion> = {}) =>
    (await ask(more)).rows.find(({ resource }) => resource === JSON.stringify({ title }))

  async function said(resource: Record<string, unknown>) {
    const { bundle } = await send(resource)
    const outcome = bundle.entry?.[0]?.response?.outcome as OperationOutcome | undefined
    return (outcome?.issue ?? []).map(
      ({ severity, expression, details }) => `${severity} ${expression?.[0]}: ${details?.text}`,
    )
  }

  it('are put together from parts that came before them, in other Bundles, and change with them', async () => {
    await send(...zone('za', 'a', 'red'))
    expect((await ask()).rows).toEqual([])
    await send(plan('a', { title: 'A' }))
    const first = await titled('A')
    expect(first).toMatchObject({
      facets: { kind: ['SELF_TREATMENT'] },
      version: 1,
      owner: own,
    })
    expect(first?.related).toHaveLength(2)
    const changed = { activity: [{ detail: { status: 'not-started', description: 'annet' } }] }
    await send(...zone('za', 'a', 'red', changed))
    const second = await titled('A')
    expect(second?.id).toBe(first?.id)
    // A zone that says something else makes the plan say something else.
    expect(second?.content).not.toBe(first?.content)
  })

  it('change nothing when sent again, and are refused where a version is held with other content', async () => {
    const sent = plan('b', { title: 'B', meta: { versionId: '4' } })
    expect((await send(sent)).counts).toMatchObject({ created: 1 })
    expect((await send(sent)).counts).toMatchObject({ unchanged: 1 })
    expect((await send({ ...sent, title: 'other' })).counts).toMatchObject({ refused: 1 })
    const ended = { ...sent, meta: { versionId: '5' }, status: 'entered-in-error' }
    expect((await send(ended)).counts).toMatchObject({ updated: 1 })
    expect(await titled('B')).toBeUndefined()
    expect(await titled('B', { status: ['entered-in-error'] })).toMatchObject({ version: 5 })
  })

  it('are all taken or none in a transaction', async () => {
    const sent = [plan('c', { title: 'C' }), plan('d', { status: undefined })]
    await expect(take(bundleOf('transaction', sent))).rejects.toBeInstanceOf(TransactionRefused)
    expect(await titled('C')).toBeUndefined()
  })

  it.each([
    ['no status', { status: undefined }, 'error Bundle.entry[0].resource.status: is required'],
    [
      'a period that ends first',
      { period: { start: '2026-05-02', end: '2026-05-01' } },
      'error Bundle.entry[0].resource.period.end: is before the start',
    ],
    [
      'reference and detail at once',
      { activity: [{ reference: { reference: 'X/1' }, detail: { status: 'unknown' } }] },
      'error Bundle.entry[0].resource.activity[0]: has both a reference and a detail (cpl-3)',
    ],
    [
      'nobody whom it is about',
      { subject: { display: 'noen' } },
      'error Bundle.entry[0].resource.subject.reference: is not a Patient of this Bundle, and no identifier stands beside it',
    ],
    [
      'no time at all',
      { period: undefined },
      'warning Bundle.entry[0].resource: has no period, created or meta.lastUpdated: ordered by when it was received',
    ],
    [
      'a goal that is elsewhere',
      { goal: [{ reference: 'Goal/none' }] },
      'information Bundle.entry[0].resource.goal[0]: is not in this Bundle: shown together with what it means once that is held here',
    ],
  ])('name what is odd about one with %s', async (name, more, issue) => {
    expect(await said(plan(`odd-${name.length}`, more))).toContain(issue)
  })

  it('bring no other conditions and requests with them', async () => {
    const condition = { resourceType: 'Condition', id: 'x', subject, code: { text: 'noe annet' } }
    expect(await said(condition)).toEqual([
      'error Bundle.entry[0].resource: is taken only where a CarePlan of the same Bundle addresses it, or its severity is a zone',
    ])
  })

  it('stay closed where a block, a label or a label of a part closes them, and say why only where asked', async () => {
    const NORS = [{ system: 'urn:oid:2.16.578.1.12.4.1.1.9603', code: 'NORS' }]
    const [part = {}, condition = {}] = zone('ze', 'e', 'green')
    await send(plan('e', { title: 'E' }), { ...part, meta: { security: NORS } }, condition)
    const labels = { why: 'OBJECTION', rows: { labelledOutside: ['N'] }, except: [] } as const
    expect(await titled('E')).toBeDefined()
    expect(await titled('E', { closed: [labels] })).toBeUndefined()
    const everything = { why: 'OBJECTION', rows: { owner: own }, except: [] } as const
    const closed = await ask({ closed: [everything], tellClosed: true })
    expect(closed).toMatchObject({ rows: [], rivals: [], count: 0, closedFor: ['OBJECTION'] })
    expect((await ask({ closed: [everything] })).closedFor).toBeUndefined()
  })

  it('are paged in one order, whichever way and wherever a page begins', async () => {
    await send(...[1, 2, 3, 4, 5].map((n) => plan(`page-${n}`, { title: `P${n}` })))
    const whole = await ask()
    const from: string[] = []
    for (let at = 0; at < whole.rows.length; at++) {
      const before = whole.rows[at - 1]
      const after = before && { t: before.t, i: before.identity, d: before.id }
      const page = await ask({ limit: 1, ...(after && { after }) })
      from.push(...page.rows.map(({ id }) => id))
      expect(page.more).toBe(at < whole.rows.length - 1)
    }
    expect(from).toEqual(whole.rows.map(({ id }) => id))
    expect(whole.count).toBe(whole.rows.length)
    const reverse = await ask({ order: 'OLDEST_FIRST' })
    expect(reverse.rows.map(({ id }) => id)).toEqual(from.toReversed())
  })

  it('lie sealed: nothing that a plan says stands in the database', async () => {
    const words = 'ganske bestemte ord'
    await send(plan('sealed', { title: words }))
    expect(await titled(words)).toBeDefined()
    const client = new pg.Client(databaseUrl)
    await client.connect()
    const { rows } = await client.query<Record<string, unknown>>('select * from held_resource')
    await client.end()
    const bytesOf = (value: unknown) =>
      Buffer.isBuffer(value) ? value.toString('latin1') : String(value)
    const stored = rows.flatMap((row) => Object.values(row).map(bytesOf)).join('\n')
    expect(rows.length).toBeGreaterThan(0)
    expect(stored).not.toContain(words)
    expect(stored).not.toContain(patients.copd.identifier)
  })
})
