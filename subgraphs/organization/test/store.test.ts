import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { compareKeys, identityDigest, parsePatientIdentifier } from '@kilde/contract'
import { patients } from '@kilde/people'
import type { Change, Intake } from '../src/sources/intake.js'
import type {
  Latest,
  LatestQuestion,
  Page,
  PageQuestion,
  Source,
  Trend,
  TrendQuestion,
} from '../src/sources/source.js'
import { openStore } from '../src/sources/store/open.js'
import { startDatabase } from './kit/database.js'

const kari = parsePatientIdentifier(patients.copd.identifier)
const ella = parsePatientIdentifier(patients.onePlace.identifier)
const nils = parsePatientIdentifier(patients.none.identifier)
const NOW = Date.parse('2026-11-22T12:00:00Z')
const PULSE = 'http://loinc.org|8867-4'
const SPO2 = 'http://loinc.org|59408-5'
const key = Buffer.alloc(32, 9)
const signal = new AbortController().signal

describe('the embedded store', () => {
  let database: Awaited<ReturnType<typeof startDatabase>>
  let store: Source & Intake

  beforeAll(async () => {
    database = await startDatabase()
    const databaseUrl = await database.createDatabase('store')
    store = await openStore({ databaseUrl, organization: '310000108', key, now: () => NOW })
  })
  afterAll(async () => {
    await store.close()
    await database.stop()
  })

  const page = (question: Partial<PageQuestion> = {}): Promise<Page> =>
    store.read({ ...everything, ...question }, signal)
  const latest = (question: Partial<LatestQuestion>): Promise<Latest> =>
    store.latest({ ...everything, items: [[PULSE]], limit: 8, ...question }, signal)
  const trend = (question: Partial<TrendQuestion>): Promise<Trend> => {
    const period = { codes: [PULSE], fromMs: 0, untilMs: NOW + 1 }
    return store.trend({ ...everything, ...period, ...question }, signal)
  }

  describe('with 5,000 rows of one patient, many at the same instant', () => {
    beforeAll(async () => {
      const rows = Array.from({ length: 5_000 }, (_, n) => observation(n))
      await store.take(rows.slice(0, 2_500), false)
      await store.take(rows.slice(2_500), false)
      await store.take([{ ...observation(1), patient: ella, key: 'of Ella' }], false)
    })

    it.each(['NEWEST_FIRST', 'OLDEST_FIRST'] as const)(
      'gives every row once and in order, page by page, %s',
      async (order) => {
        const rows = await readAll({ order, limit: 50, status: ['final', 'amended'] })
        expect(rows).toHaveLength(5_000)
        expect(new Set(rows.map(({ id }) => id)).size).toBe(5_000)
        const keys = rows.map((row) => ({ t: row.t, i: row.identity, o: '310000108', d: row.id }))
        const sorted = keys.toSorted(compareKeys)
        expect(keys).toEqual(order === 'OLDEST_FIRST' ? sorted : sorted.toReversed())
      },
    )

    it('gives the same page when it is read again', async () => {
      const after = { t: NOW - 1_000_000, i: identityDigest('x'), d: '~' }
      expect(await page({ after })).toEqual(await page({ after }))
    })

    it('starts before all rows of an instant and identity, or after them, as the boundary says', async () => {
      const [row] = (await page({ limit: 1 })).rows
      if (!row) throw new Error('there are rows')
      const at = { t: row.t, i: row.identity }
      expect((await page({ after: { ...at, d: '~' }, limit: 1 })).rows[0]?.id).toBe(row.id)
      expect((await page({ after: { ...at, d: '' }, limit: 1 })).rows[0]?.id).not.toBe(row.id)
      const oldest = { order: 'OLDEST_FIRST', limit: 1 } as const
      expect((await page({ ...oldest, after: { ...at, d: '' } })).rows[0]?.id).toBe(row.id)
    })

    it('says whether a page ends with its last row’s instant and identity', async () => {
      const patient = parsePatientIdentifier(patients.diabetes.identifier)
      const twice = (key: string) =>
        observation(1, { patient, key, identifier: 'urn:test|twice', t: NOW })
      const once = observation(2, { patient, key: 'i:once', t: NOW - 60_000 })
      await store.take([twice('i:a'), twice('i:b'), once], false)
      const ends = async (limit: number) => {
        const { rows, more, endsIdentity } = await page({ patient, limit })
        return [rows.length, more, endsIdentity]
      }
      expect(await ends(1)).toEqual([1, true, false])
      expect(await ends(2)).toEqual([2, true, true])
      expect(await ends(3)).toEqual([3, false, undefined])
    })

    it('applies every condition, all at once', async () => {
      const fromMs = NOW - 600_000
      const rows = await readAll({ codes: [SPO2, 'x|y'], fromMs, abnormalOnly: true, limit: 100 })
      const wanted = Array.from({ length: 5_000 }, (_, n) => observation(n)).filter(
        ({ codes, t, abnormal, status }) =>
          codes.includes(SPO2) && t >= fromMs && abnormal && status === 'final',
      )
      expect(wanted.length).toBeGreaterThan(10)
      expect(rows.map(({ identity }) => identity).sort()).toEqual(
        wanted.map(({ identifier }) => identityDigest(identifier ?? '')).sort(),
      )
    })

    it('leaves out the first instant after a period', async () => {
      const { rows } = await page({ untilMs: NOW - 60_000, limit: 1 })
      expect(rows[0]?.t).toBeLessThan(NOW - 60_000)
      expect((await page({ untilMs: NOW - 60_000 + 1, limit: 1 })).rows[0]?.t).toBe(NOW - 60_000)
    })

    it('cuts pages from the newest n only', async () => {
      const newest = (await page({ limit: 7 })).rows.map(({ id }) => id)
      const rows = await readAll({ last: 7, limit: 3 })
      expect(rows.map(({ id }) => id)).toEqual(newest)
      expect((await page({ last: 7, limit: 3, count: true })).count).toBe(7)
    })

    it('lets rows that correct others through beside the status, uncounted, up to the last one by status', async () => {
      const beside = { superseding: ['amended'] }
      const rows = await readAll({ ...beside, last: 40, limit: 9 })
      expect(rows.filter(({ status }) => status === 'final')).toHaveLength(40)
      expect(rows.filter(({ status }) => status === 'amended').length).toBeGreaterThan(0)
      expect(rows.at(-1)?.status).toBe('final')
      const all = (await page({ status: ['final', 'amended'], limit: 100 })).rows
      expect(rows).toEqual(all.slice(0, rows.length))
      expect((await page({ ...beside, count: true, limit: 1 })).count).toBe(4_750)
      expect((await page({ ...beside, last: 40, count: true, limit: 1 })).count).toBe(40)
      expect((await page({ ...beside, last: 6_000, limit: 1 })).more).toBe(true)
      expect(await readAll({ ...beside, last: 6_000 })).toHaveLength(5_000)
    })

    it('gives the newest rows of several codes at once, with the selected elements alone', async () => {
      const items = [[SPO2, 'x|y'], ['no|such'], [PULSE]]
      const found = await latest({ items, limit: 3, elements: ['status'] })
      const newest = async (codes: readonly string[]) =>
        (await page({ codes, limit: 3, elements: ['status'] })).rows
      expect(found).toEqual({
        known: true,
        items: [await newest([SPO2]), [], await newest([PULSE])],
        asOfMs: NOW,
      })
    })

    it('gives the values of a period, newest first, and of too many the newest', async () => {
      const period = { codes: [PULSE], fromMs: NOW - 600_000, untilMs: NOW }
      const all = await trend(period)
      const same = { codes: [PULSE], fromMs: period.fromMs, untilMs: period.untilMs }
      const { rows } = await page({ ...same, limit: 1_000 })
      expect(all).toMatchObject({ known: true, more: false, asOfMs: NOW })
      expect(all.rows.map(({ id }) => id)).toEqual(rows.map(({ id }) => id))
      expect(all.rows[0]).toEqual({
        id: rows[0]?.id,
        identity: rows[0]?.identity,
        t: rows[0]?.t,
        version: 1,
        status: 'final',
        content: rows[0]?.content,
        owner: '310000108',
        identified: true,
        resource: '{"valueQuantity":{"value":7.0,"code":"/min"}}',
      })
      const cut = await trend({ ...period, limit: 4 })
      expect(cut).toEqual({ ...all, rows: all.rows.slice(0, 4), more: true })
    })

    it('counts only when asked', async () => {
      expect((await page({ limit: 1 })).count).toBeUndefined()
      expect((await page({ limit: 1, count: true, codes: [PULSE] })).count).toBe(2_250)
    })

    it('reads only the elements that were selected, with the digits that were sent', async () => {
      const { rows } = await page({ limit: 1, elements: ['valueQuantity'] })
      expect(rows[0]?.resource).toBe('{"valueQuantity":{"value":7.0,"code":"/min"}}')
      expect(rows[0]?.device).toBeUndefined()
      const [other] = (await page({ limit: 1, elements: ['device'] })).rows
      expect(other?.device).toBe('{"resourceType":"Device"}')
    })

    it('keeps patients apart', async () => {
      expect((await page({ patient: ella })).rows).toHaveLength(1)
      expect(await page({ patient: nils, count: true })).toEqual({
        known: false,
        rows: [],
        more: false,
        count: 0,
        asOfMs: NOW,
      })
      const unknown = { known: false, asOfMs: NOW }
      expect(await latest({ patient: nils })).toEqual({ ...unknown, items: [[]] })
      expect(await trend({ patient: nils })).toEqual({ ...unknown, rows: [], more: false })
      expect(await store.names({ patient: nils }, signal)).toEqual({ ...unknown, names: [] })
      expect((await trend({ patient: ella, codes: [SPO2] })).rows).toHaveLength(1)
    })
  })

  describe('keeping names', () => {
    const official = {
      patient: ella,
      ...{ text: 'Ella Ensom', family: 'Ensom', given: ['Ella'], use: 'official' },
      recordedMs: 5_000,
    }
    const names = async () => {
      const found = await store.names({ patient: ella }, signal)
      return found.names.map(({ use, text, recordedMs }) => [use, text, recordedMs])
    }

    it('has one for each use, of which the newest stands', async () => {
      const { use: _use, family: _family, ...plain } = { ...official, text: 'Ella', given: [] }
      await store.take([], false, [official, plain])
      const found = await store.names({ patient: ella }, signal)
      const { patient: _patient, ...name } = official
      expect(found.names).toEqual([{ text: 'Ella', given: [], recordedMs: 5_000 }, name])
      await store.take([], false, [{ ...official, text: 'Ella Eldre', recordedMs: 4_000 }])
      expect(await names()).toContainEqual(['official', 'Ella Ensom', 5_000])
      await store.take([], false, [{ ...official, text: 'Ella Gift', recordedMs: 6_000 }])
      expect(await names()).toContainEqual(['official', 'Ella Gift', 6_000])
    })
    it('takes the same name again for what it is', async () => {
      const before = await names()
      await store.take([], false, [{ ...official, text: 'Ella Gift', recordedMs: 9_000 }])
      expect(await names()).toEqual(before)
    })
    it('sees names of one run in their order', async () => {
      const run = [7_000, 8_000, 7_500].map((recordedMs) => ({
        ...official,
        text: `Ella ${recordedMs}`,
        recordedMs,
      }))
      await store.take([], false, run)
      expect(await names()).toContainEqual(['official', 'Ella 8000', 8_000])
    })
    it('takes none where all or nothing was asked and a row is in conflict', async () => {
      const held = observation(9_700, { version: 2 })
      await store.take([held], false)
      const clash = { ...held, version: 1, sent: 'clash' }
      await store.take([clash], true, [{ ...official, text: 'Nobody', recordedMs: 10_000 }])
      expect(JSON.stringify(await names())).not.toContain('Nobody')
    })
  })

  describe('taking the same business identifier again', () => {
    const first = observation(9_001, { key: 'again', identifier: 'sys|again', version: 3 })
    const take = async (change: Change) => (await store.take([change], false))[0]

    it('changes nothing for the same content', async () => {
      const created = await take(first)
      expect(created).toMatchObject({ outcome: 'created', version: 3 })
      expect(await take(first)).toEqual({ ...created, outcome: 'unchanged' })
    })
    it('replaces it by a higher version, and knows the old one when it comes again', async () => {
      const created = await take(first)
      expect(await take({ ...first, version: 5, sent: 'new' })).toEqual({
        outcome: 'updated',
        id: created?.id,
        version: 5,
      })
      expect(await take(first)).toMatchObject({ outcome: 'unchanged', version: 5 })
    })
    it('calls other content under a version that it has, or an older one, a conflict', async () => {
      expect(await take({ ...first, version: 5, sent: 'other' })).toMatchObject({
        outcome: 'conflict',
      })
      expect(await take({ ...first, version: 1, sent: 'other' })).toMatchObject({
        outcome: 'conflict',
      })
    })
    it('counts versions by itself where none is sent', async () => {
      const { version: _, ...unversioned } = first
      expect(await take({ ...unversioned, sent: 'newer' })).toMatchObject({
        outcome: 'updated',
        version: 6,
      })
    })
    it('leaves a row alone that was sent under the condition that there is none', async () => {
      expect(await take({ ...first, sent: 'newest', onlyIfNone: true })).toMatchObject({
        outcome: 'unchanged',
        version: 6,
      })
    })
    it('sees what came before in the same run', async () => {
      const other = { ...first, key: 'twice', identifier: 'sys|twice' }
      const outcomes = await store.take([other, { ...other, version: 4, sent: 'b' }, other], false)
      expect(outcomes.map(({ outcome, version }) => [outcome, version])).toEqual([
        ['created', 3],
        ['updated', 4],
        ['unchanged', 4],
      ])
    })
    it('takes all or nothing where that was asked', async () => {
      const fresh = { ...first, key: 'fresh', identifier: 'sys|fresh' }
      const clash = { ...first, version: 1, sent: 'clash' }
      const before = (await page({ count: true, limit: 1 })).count
      const outcomes = await store.take([fresh, clash], true)
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(['created', 'conflict'])
      expect((await page({ count: true, limit: 1 })).count).toBe(before)
    })
    it('makes one row of two writers at once', async () => {
      const fresh = { ...first, key: 'race', identifier: 'sys|race' }
      const outcomes = await Promise.all([1, 2, 3].map(() => take(fresh)))
      expect(
        outcomes.map((taken) => taken?.outcome ?? '').toSorted((a, b) => (a < b ? -1 : 1)),
      ).toEqual(['created', 'unchanged', 'unchanged'])
      expect(new Set(outcomes.map((taken) => taken?.id)).size).toBe(1)
    })
    it('finds a row by the id that it gave', async () => {
      const unnamed = observation(9_500, { key: 'c:1' })
      const created = await take(unnamed)
      const localId = created?.id.slice('310000108.'.length) ?? ''
      expect(await take({ ...unnamed, key: 'p:1', localId, sent: 'changed' })).toEqual({
        outcome: 'updated',
        id: created?.id,
        version: 2,
      })
    })
  })

  it('stops waiting when the caller has no time left', async () => {
    const late = new AbortController()
    late.abort(new Error('no time left'))
    await expect(store.read(everything, late.signal)).rejects.toThrow('no time left')
  })

  it('finds its rows again in a database that it has migrated before', async () => {
    const databaseUrl = await database.createDatabase('store')
    const again = await openStore({ databaseUrl, organization: '310000108', key, now: () => NOW })
    expect((await again.read({ ...everything, patient: ella }, signal)).rows).toHaveLength(1)
    await again.close()
  })

  async function readAll(question: Partial<PageQuestion>) {
    const rows: Page['rows'][number][] = []
    for (let more = true; more; ) {
      const last = rows.at(-1)
      const after = last && { t: last.t, i: last.identity, d: last.id }
      const next: Page = await page(after ? { ...question, after } : question)
      rows.push(...next.rows)
      more = next.more
    }
    return rows
  }
})

const everything: PageQuestion = {
  patient: kari,
  status: ['final'],
  abnormalOnly: false,
  order: 'NEWEST_FIRST',
  limit: 1_001,
  elements: [],
  count: false,
}

function observation(n: number, more: Partial<Change> = {}): Change {
  return {
    patient: kari,
    key: `i:${n}`,
    identifier: `urn:test|${n}`,
    t: NOW - Math.floor(n / 7) * 60_000,
    precision: 'INSTANT',
    onlyIfNone: false,
    content: identityDigest(String(n)),
    sent: `sent ${n}`,
    owner: '310000108',
    authorKind: 'PATIENT',
    receivedMs: NOW,
    codes: n % 2 ? [SPO2, 'other|code'] : [PULSE],
    category: ['vital-signs'],
    status: n % 20 === 0 ? 'amended' : 'final',
    abnormal: n % 3 === 0,
    resource: '{"status":"final","valueQuantity":{"value":7.0,"code":"/min"}}',
    device: '{"resourceType":"Device"}',
    ...more,
  }
}
