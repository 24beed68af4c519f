import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { parsePatientIdentifier } from '@kilde/contract'
import { organizations, patients } from '@kilde/people'
import type { Flag } from 'fhir/r4.js'
import type pg from 'pg'
import { assembleEach } from '../src/classes/assemble-each.js'
import { contentOf } from '../src/classes/content.js'
import { namesIn } from '../src/classes/references.js'
import type { ResourceClass } from '../src/classes/resource-class.js'
import { takeEach } from '../src/classes/take.js'
import { neighboursOf } from '../src/ingest/references.js'
import { resourceChangesOf } from '../src/ingest/resource-change.js'
import { effectiveOf } from '../src/map/effective.js'
import type { Intake } from '../src/sources/intake.js'
import type { ClassQuestion, ClosedRows, Source } from '../src/sources/source.js'
import { deriveStoreKeys } from '../src/sources/store/keys.js'
import { createPool, openStore } from '../src/sources/store/open.js'
import { readMany } from '../src/sources/store/resources/read-many.js'
import { startDatabase } from './kit/database.js'
import { FNR, NOW } from './kit/observations.js'

const own = organizations.municipality.number
const subject = { identifier: { system: FNR, value: patients.copd.identifier } }
const patient = parsePatientIdentifier(patients.copd.identifier)
const start = Date.parse('2026-01-01T00:00:00Z')

const timeOf = ({ period }: Flag) => effectiveOf({ effectiveDateTime: period?.start ?? '' })

/** A class with many rows, as alerts and the events of a dispenser are. */
const flags: ResourceClass = {
  name: 'Flag',
  words: { NB: 'flagg', EN: 'flags' },
  leavable: [],
  intake: takeEach<Flag>({
    types: ['Flag', 'Device'],
    many: { type: 'Flag', timeOf: (flag) => timeOf(flag as Flag)?.startMs },
    check: () => [],
    authorsOf: ({ author }) => [author],
  }),
  assemble: (resources) =>
    assembleEach(resources, {
      type: 'Flag',
      read: (json) => JSON.parse(json) as Flag,
      namesIn: ({ author }) => (author ? namesIn(author) : []),
      facts: (flag) => ({
        when: timeOf(flag),
        status: flag.status,
        content: contentOf({ text: flag.code.text }),
        facets: { text: [flag.code.text ?? ''] },
        codes: [`|${flag.code.text}`],
      }),
    }),
  view: {
    ...{ field: 'flags', type: 'Flag', statuses: [], needs: {}, fromRelated: [] },
    ...{ read: (row) => row, fields: {}, types: {} },
  },
}

describe('a class with many rows', () => {
  let database: Awaited<ReturnType<typeof startDatabase>>
  let store: Source & Intake
  let pool: pg.Pool
  const settings = { organization: own, now: () => NOW, key: Buffer.alloc(32, 3) }

  beforeAll(async () => {
    database = await startDatabase()
    const databaseUrl = await database.createDatabase('many')
    store = await openStore({ databaseUrl, ...settings })
    pool = createPool({ databaseUrl })
    await take(Array.from({ length: 1_200 }, (_, n) => flag(n)))
  })
  afterAll(async () => {
    await pool.end()
    await store.close()
    await database.stop()
  })

  /** Every fourth at the same minute as the one before it. */
  const minuteOf = (n: number): number => n - (n % 4 === 3 ? 1 : 0)
  const flag = (n: number, more: Partial<Flag> = {}): Flag => ({
    resourceType: 'Flag',
    ...{ id: `f${n}`, subject, status: 'active', code: { text: n % 100 === 0 ? 'rare' : 'usual' } },
    period: { start: new Date(start + minuteOf(n) * 60_000).toISOString() },
    author: { reference: 'Device/d', type: 'Device' },
    ...more,
  })

  async function take(resources: readonly (Flag | { resourceType: string })[]): Promise<void> {
    const entries = resources.map((resource, n) => ({
      ...{ place: `Bundle.entry[${n}]`, resource, text: JSON.stringify(resource) },
    }))
    const neighbours = neighboursOf(entries)
    const claimOf = flags.intake.open({ entries, neighbours })
    const context = { neighbours, organization: own, receivedMs: NOW, kind: flags }
    const changes = entries.flatMap((entry) => {
      const claim = claimOf(entry, entry.place)
      if (!claim.takes) return []
      const { id = '' } = entry.resource as Flag
      return resourceChangesOf(entry, { id, onlyIfNone: false }, { ...context, claim })
    })
    await store.take([], false, [], changes)
  }

  async function ask(more: Partial<ClassQuestion> = {}) {
    const { rows } = await pool.query<{ id: number }>('select id from patient')
    const reading = { pool, keys: deriveStoreKeys(settings), now: () => NOW }
    const of = { patient: rows[0]?.id ?? 0, class: 'Flag' }
    return readMany(reading, of, flags, {
      ...{ class: 'Flag', patient, facets: {}, status: ['active'], order: 'NEWEST_FIRST' },
      ...{ limit: 50, elements: ['code'], related: false, count: false, rivals: false },
      ...more,
    })
  }

  const placeOf = (row: { t: number; identity: string; id: string } | undefined) =>
    row && { t: row.t, i: row.identity, d: row.id }

  it.each(['NEWEST_FIRST', 'OLDEST_FIRST'] as const)(
    'is paged through %s, each row once, in the order of the contract',
    async (order) => {
      const seen: { t: number; identity: string; id: string }[] = []
      for (let more = true; more; ) {
        const after = placeOf(seen.at(-1))
        const page = await ask({ order, limit: 70, ...(after && { after }) })
        expect(page.truncated).toBe(false)
        seen.push(...page.rows)
        more = page.more
      }
      expect(new Set(seen.map(({ id }) => id)).size).toBe(1_200)
      const sign = order === 'NEWEST_FIRST' ? -1 : 1
      const sorted = seen.toSorted(
        (a, b) => sign * (a.t - b.t || (a.identity < b.identity ? -1 : 1)),
      )
      expect(seen).toEqual(sorted)
    },
  )

  it('keeps to a period, and finds what is rare among much', async () => {
    const page = await ask({ fromMs: start, untilMs: start + 10 * 60_000 })
    expect([page.rows.length, page.more]).toEqual([10, false])
    const rare = await ask({ facets: { text: ['rare'] }, count: true })
    expect([rare.rows.length, rare.count]).toEqual([12, 12])
    expect((await ask({ count: true })).count).toBe(1_200)
  })

  it('closes rows as every class does, and tells why where any row of the list is closed', async () => {
    const everything: ClosedRows = { why: 'ROLE', rows: {}, except: [] }
    const closed = await ask({ closed: [everything], tellClosed: true })
    expect(closed).toMatchObject({ rows: [], closedFor: ['ROLE'] })
    const oldest: ClosedRows = {
      ...{ why: 'OBJECTION', except: [] },
      rows: { untilMs: start + 60_000 },
    }
    expect(await ask({ closed: [oldest], tellClosed: true })).toMatchObject({
      more: true,
      closedFor: ['OBJECTION'],
    })
    const labelled: ClosedRows = { why: 'OBJECTION', rows: { labelledOutside: ['N'] }, except: [] }
    expect(await ask({ closed: [labelled], tellClosed: true })).toMatchObject({ closedFor: [] })
    const byCode: ClosedRows = { why: 'OBJECTION', rows: { codes: ['|rare'] }, except: [] }
    expect(await ask({ closed: [byCode], tellClosed: true })).toMatchObject({
      more: true,
      closedFor: ['OBJECTION'],
    })
  })

  it('goes on from the last row that it looked at where more are held than it looks at', async () => {
    await take(Array.from({ length: 1_200 }, (_, n) => flag(2_000 + n)))
    const none = await ask({ facets: { text: ['never'] } })
    expect(none).toMatchObject({ rows: [], truncated: true })
    const rare = await ask({ facets: { text: ['rare'] } })
    expect(rare).toMatchObject({ more: true, truncated: false })
    expect(rare.rows.length).toBeGreaterThan(12)
    const rest = await ask({
      facets: { text: ['rare'] },
      after: placeOf(rare.rows.at(-1)) ?? { t: 0, i: '', d: '' },
    })
    expect(rest.more).toBe(false)
    expect(rare.rows.length + rest.rows.length).toBe(24)
    expect((await ask({ count: true })).count).toBeUndefined()
  })
})
