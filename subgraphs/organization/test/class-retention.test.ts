import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { parsePatientIdentifier } from '@kilde/contract'
import { patients } from '@kilde/people'
import { Kysely, PostgresDialect, sql } from 'kysely'
import type pg from 'pg'
import { resourceClasses } from '../src/classes/index.js'
import { compileShapeCheck } from '../src/ingest/fhir-schema.js'
import { ingest } from '../src/ingest/ingest.js'
import type { Intake } from '../src/sources/intake.js'
import type { Source } from '../src/sources/source.js'
import { deriveStoreKeys, lookupOf } from '../src/sources/store/keys.js'
import { createPool, openStore } from '../src/sources/store/open.js'
import { deleteExpired } from '../src/sources/store/retention.js'
import { keptClasses, limitsOf, storeRetention } from '../src/sources/store/retention-rules.js'
import type { Tables } from '../src/sources/store/tables.js'
import { startDatabase } from './kit/database.js'
import { bytes, FNR } from './kit/observations.js'

const organization = '310000108'
const key = Buffer.alloc(32, 3)
const keys = deriveStoreKeys({ organization, key })
const NOW = Date.parse('2026-11-22T12:00:00Z')
const DAY_MS = 86_400_000
const checkShape = compileShapeCheck()

describe('retention of classes of resources', () => {
  let database: Awaited<ReturnType<typeof startDatabase>>
  let store: Source & Intake
  let pool: pg.Pool
  let db: Kysely<Tables>

  beforeAll(async () => {
    database = await startDatabase()
    const databaseUrl = await database.createDatabase('classes')
    store = await openStore({ databaseUrl, organization, key, now: () => NOW })
    pool = createPool({ databaseUrl })
    db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  })
  afterAll(async () => {
    // A pool is told to have ended before its connections are: the server must not stop under them.
    const removed = removedFrom(pool)
    await db.destroy()
    await removed
    await store.close()
    await database.stop()
  })

  /** By somebody of whom nothing else is held. `at`: when it came. */
  const as = (who: string) => {
    const subject = { identifier: { system: FNR, value: who } }
    const send = async (at: string, ...resources: readonly object[]) => {
      const entry = resources.map((resource) => {
        const { resourceType, id } = resource as { resourceType: string; id: string }
        return { resource, request: { method: 'PUT', url: `${resourceType}/${id}` } }
      })
      const { counts } = await ingest(bytes({ resourceType: 'Bundle', type: 'batch', entry }), {
        ...{ organization, store, checkShape, now: () => Date.parse(at) },
      })
      expect(counts.refused).toBe(0)
    }
    const rows = async (dataClass: string, element = 'id') => {
      const { rows: found } = await store.rows(
        {
          ...{ class: dataClass, facets: {}, patient: parsePatientIdentifier(who), limit: 100 },
          ...{ status: STATUSES, order: 'OLDEST_FIRST', elements: [element], related: true },
          ...{ count: false, rivals: false },
        },
        new AbortController().signal,
      )
      return found.map(({ resource }) => (JSON.parse(resource) as Record<string, string>)[element])
    }
    const held = async (dataClass: string) => {
      const { rows: found } = await sql<{ count: number }>`select count(*)::int as count
        from held_resource r join patient p on p.id = r.patient
        where class = ${dataClass} and p.token = ${tokenOf(who)}`.execute(db)
      return found[0]?.count
    }
    return { subject, send, rows, held }
  }
  const expire = (rules: object, atMs = NOW) =>
    deleteExpired({ db, keys }, storeRetention.parse(rules), atMs)

  it('deletes plans with what they are made of, and keeps what others need, what goes on, and what has just come', async () => {
    const { subject, send, rows, held } = as(patients.copd.identifier)
    const plan = (id: string, more: object = {}) => ({
      ...{ resourceType: 'CarePlan', id, subject, status: 'completed', intent: 'plan' },
      period: { start: '2020-01-01', end: '2020-06-01' },
      ...more,
    })
    const goal = (id: string) => ({
      ...{ resourceType: 'Goal', id, subject, lifecycleStatus: 'active' },
      description: { text: id },
    })
    const needs = (...ids: readonly string[]) => ({
      goal: ids.map((id) => ({ reference: `Goal/${id}` })),
    })
    await send(
      '2020-01-02T00:00:00Z',
      plan('old', needs('own', 'shared')),
      plan('active', { status: 'active', period: { start: '2015-01-01' }, ...needs('shared') }),
      plan('active-but-over', { status: 'active' }),
      plan('young', { period: { start: '2020-01-01', end: '2026-10-01' } }),
      ...['own', 'shared', 'alone'].map(goal),
    )
    await send('2026-11-20T00:00:00Z', plan('just-come'))
    expect(await expire({ CarePlan: { days: 365 } })).toBe(2)
    expect(new Set(await rows('CarePlan'))).toEqual(new Set(['active', 'just-come', 'young']))
    // The plans that stay, and the goal that one of them has.
    expect(await held('CarePlan')).toBe(4)
    expect(await expire({ CarePlan: { days: 365 } })).toBe(0)
    expect(await expire({ CarePlan: { days: 365 } }, NOW + 40 * DAY_MS)).toBe(1)
    const { rows: noted } = await sql`select class, rows::int as rows from deletion`.execute(db)
    expect(noted).toEqual([
      { class: 'CarePlan', rows: 2 },
      { class: 'CarePlan', rows: 1 },
    ])
  })

  it('deletes alerts with their follow-up, as often as it came late, and counts only alerts', async () => {
    const { subject, send, rows, held } = as(patients.diabetes.identifier)
    const alert = (id: string, at: string, more: object = {}) => ({
      ...{ resourceType: 'DetectedIssue', id, status: 'final', patient: subject },
      ...{ code: { text: 'Varsel' }, identifiedDateTime: at, ...more },
    })
    const task = (id: string, of: string) => ({
      ...{ resourceType: 'Task', id, status: 'completed', intent: 'order', for: subject },
      ...{ focus: { reference: `DetectedIssue/${of}` }, lastModified: '2020-01-03T00:00:00Z' },
    })
    await send(
      '2020-01-02T00:00:00Z',
      alert('a', '2020-01-01T00:00:00Z'),
      alert('b', '2020-01-01T01:00:00Z'),
      task('ta', 'a'),
    )
    await send('2026-10-01T00:00:00Z', alert('new', '2026-10-01T00:00:00Z'))
    await send('2026-11-20T00:00:00Z', task('tb', 'b'))
    expect(await expire({ DetectedIssue: { days: 365 } })).toBe(1)
    expect(await rows('DetectedIssue')).toEqual(['b', 'new'])
    expect(await held('DetectedIssue')).toBe(3)
    expect(await expire({ DetectedIssue: { days: 365 } }, NOW + 40 * DAY_MS)).toBe(1)
    // The task came less than a year ago.
    expect(await held('DetectedIssue')).toBe(2)
    expect(
      await expire({ DetectedIssue: { days: 365 } }, NOW + 400 * DAY_MS),
    ).toBeGreaterThanOrEqual(1)
    expect(await held('DetectedIssue')).toBe(0)
  })

  it('keeps what corrects copies elsewhere until its own time, and nothing longer that can have none', async () => {
    const { subject, send, rows } = as(patients.onePlace.identifier)
    const plan = (id: string, named: boolean, status = 'completed') => ({
      ...{ resourceType: 'CarePlan', id, subject, status, intent: 'plan' },
      ...{ period: { start: '2020-01-01', end: '2020-06-01' } },
      ...(named && { identifier: [{ system: 'urn:plans', value: id }] }),
    })
    await send(
      '2020-01-02T00:00:00Z',
      plan('named', true, 'active'),
      plan('plain', false, 'active'),
    )
    await send('2020-06-02T00:00:00Z', plan('named', true), plan('plain', false))
    await send('2020-06-02T00:00:00Z', plan('withdrawn', true, 'entered-in-error'))
    expect(await expire({ CarePlan: { days: 365 } })).toBe(1)
    expect(new Set(await rows('CarePlan'))).toEqual(new Set(['named', 'withdrawn']))
    expect(await expire({ CarePlan: { days: 365, correctionDays: 730 } })).toBe(2)
    const { rows: versions } = await sql`select from held_resource_version`.execute(db)
    expect(versions).toEqual([])
  })

  it('deletes nothing of a patient where something does not open', async () => {
    const { subject, send, rows } = as(patients.none.identifier)
    const team = (id: string) => ({
      ...{ resourceType: 'CareTeam', id, subject, status: 'inactive', name: id },
      period: { start: '2020-01-01', end: '2020-06-01' },
    })
    await send('2020-01-02T00:00:00Z', team('x'), team('y'))
    const others = deriveStoreKeys({ organization, key: Buffer.alloc(32, 4) })
    const rules = storeRetention.parse({ CareTeam: { days: 365 } })
    expect(await deleteExpired({ db, keys: others }, rules, NOW)).toBe(0)
    expect(new Set(await rows('CareTeam', 'name'))).toEqual(new Set(['x', 'y']))
    expect(await deleteExpired({ db, keys }, rules, NOW)).toBe(2)
  })

  it.each(keptClasses)('has a time for %s: its own, or that of all others', (name) => {
    const read = (rules: object) => limitsOf(storeRetention.parse(rules), name, NOW)?.untilMs
    expect(read({ [name]: { days: 10 }, '*': { days: 20 } })).toBe(NOW - 10 * DAY_MS)
    expect(read({ '*': { days: 20 } })).toBe(NOW - 20 * DAY_MS)
    expect(read({})).toBeUndefined()
  })

  it('knows every class, and no other', () => {
    expect(keptClasses).toEqual(['Observation', ...resourceClasses.map(({ name }) => name)])
    expect(storeRetention.safeParse({ Condition: { days: 1 } }).success).toBe(false)
    const wrong = { '*': { days: 60, correctionDays: 59 }, CarePlan: { days: 0 } }
    const { error } = storeRetention.safeParse(wrong)
    expect(error?.issues.map(({ path }) => path.join('.'))).toEqual([
      '*.correctionDays',
      'CarePlan.days',
    ])
  })
})

function removedFrom(pool: pg.Pool): Promise<void> {
  let left = pool.totalCount
  if (left === 0) return Promise.resolve()
  return new Promise((resolve) => {
    pool.on('remove', () => {
      left -= 1
      if (left === 0) resolve()
    })
  })
}

const STATUSES = ['active', 'completed', 'entered-in-error', 'inactive', 'final']

const tokenOf = (who: string): string => lookupOf(keys.current, 'patient', `${FNR}|${who}`)
