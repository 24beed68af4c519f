import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { parsePatientIdentifier } from '@kilde/contract'
import { organizations, patients } from '@kilde/people'
import { compileShapeCheck } from '../src/ingest/fhir-schema.js'
import { ingest } from '../src/ingest/ingest.js'
import type { Intake } from '../src/sources/intake.js'
import type { Source } from '../src/sources/source.js'
import { openStore } from '../src/sources/store/open.js'
import { startDatabase } from './kit/database.js'
import { bytes, FNR, NOW } from './kit/observations.js'

const own = organizations.municipality.number
const subject = { identifier: { system: FNR, value: patients.copd.identifier } }
const checkShape = compileShapeCheck()

const goal = (more: object = {}) => ({
  ...{ resourceType: 'Goal', subject, lifecycleStatus: 'active' },
  ...{ description: { text: 'Gå en tur hver dag' } },
  ...more,
})
const plan = (title: string, goals: readonly string[]) => ({
  ...{ resourceType: 'CarePlan', id: title, subject, status: 'active', intent: 'plan', title },
  ...{ period: { start: '2026-05-01' }, goal: goals.map((reference) => ({ reference })) },
})

describe('what references call a resource', () => {
  let database: Awaited<ReturnType<typeof startDatabase>>
  let store: Source & Intake

  beforeAll(async () => {
    database = await startDatabase()
    const databaseUrl = await database.createDatabase('names')
    const key = Buffer.alloc(32, 3)
    store = await openStore({ databaseUrl, organization: own, now: () => NOW, key })
  })
  afterAll(async () => {
    await store.close()
    await database.stop()
  })

  /** Resources by the address of their entry: as documents have them, new ones each time. */
  async function send(entries: Readonly<Record<string, object>>) {
    const entry = Object.entries(entries).map(([fullUrl, resource]) => ({ fullUrl, resource }))
    const body = bytes({ resourceType: 'Bundle', type: 'collection', entry })
    const { counts } = await ingest(body, {
      ...{ organization: own, store, checkShape, now: () => NOW },
    })
    return counts
  }
  const goalsOf = async (title: string) => {
    const { rows } = await store.rows(
      {
        ...{ class: 'CarePlan', facets: {}, status: ['active'], order: 'NEWEST_FIRST', limit: 50 },
        ...{ elements: ['title'], related: true, count: false, rivals: false },
        patient: parsePatientIdentifier(patients.copd.identifier),
      },
      new AbortController().signal,
    )
    const row = rows.find(({ resource }) => resource === JSON.stringify({ title }))
    return row?.related.flatMap(({ names }) => names)
  }

  it('is kept of each of two that say the same', async () => {
    await send({
      'urn:uuid:a1': goal(),
      'urn:uuid:a2': goal(),
      'urn:uuid:p1': plan('one', ['urn:uuid:a1']),
      'urn:uuid:p2': plan('two', ['urn:uuid:a2']),
    })
    expect(await goalsOf('one')).toEqual(expect.arrayContaining(['urn:uuid:a1', 'urn:uuid:a2']))
    expect(await goalsOf('two')).toEqual(await goalsOf('one'))
  })

  it('is kept when it comes again by another address, unchanged', async () => {
    const first = { 'urn:uuid:b1': goal({ note: [{ text: 'B' }] }) }
    await send({ ...first, 'urn:uuid:p3': plan('three', ['urn:uuid:b1']) })
    const again = { 'urn:uuid:b2': goal({ note: [{ text: 'B' }] }) }
    const counts = await send({ ...again, 'urn:uuid:p4': plan('four', ['urn:uuid:b2']) })
    expect(counts).toMatchObject({ unchanged: 1, created: 1 })
    expect(await goalsOf('three')).toEqual(['urn:uuid:b2', 'urn:uuid:b1'])
    expect(await goalsOf('four')).toEqual(['urn:uuid:b2', 'urn:uuid:b1'])
  })

  it('is kept when a later version comes by another address', async () => {
    const identifier = [{ system: 'urn:goals', value: 'c' }]
    const first = { 'urn:uuid:c1': goal({ identifier }) }
    await send({ ...first, 'urn:uuid:p5': plan('five', ['urn:uuid:c1']) })
    const later = goal({ identifier, lifecycleStatus: 'completed' })
    expect(await send({ 'urn:uuid:c2': later })).toMatchObject({ updated: 1 })
    expect(await goalsOf('five')).toEqual(['urn:uuid:c2', 'Goal?urn:goals|c', 'urn:uuid:c1'])
  })

  it('is no more than a thousand, the newest', async () => {
    const many = Array.from({ length: 1_100 }, (_, n) => [`urn:uuid:d${n}`, goal({ id: 'd' })])
    await send({ ...Object.fromEntries(many), 'urn:uuid:p6': plan('six', ['urn:uuid:d1099']) })
    const names = await goalsOf('six')
    expect(names).toHaveLength(1_000)
    expect(names?.slice(0, 2)).toEqual(['Goal/d', 'urn:uuid:d1099'])
  })
})
