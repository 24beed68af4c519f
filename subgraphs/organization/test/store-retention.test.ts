import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { identityDigest, parsePatientIdentifier } from '@kilde/contract'
import { patients } from '@kilde/people'
import { silentLogger } from '@kilde/service'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Change } from '../src/sources/intake.js'
import { deriveStoreKeys } from '../src/sources/store/keys.js'
import { createPool, openStore } from '../src/sources/store/open.js'
import { deleteExpired } from '../src/sources/store/retention.js'
import { storeRetention } from '../src/sources/store/retention-rules.js'
import type { Tables } from '../src/sources/store/tables.js'
import { startDatabase } from './kit/database.js'

const organization = '310000108'
const kari = parsePatientIdentifier(patients.copd.identifier)
const DAY_MS = 86_400_000
const keys = deriveStoreKeys({ organization })
const START = Date.parse('2026-11-22T12:00:00Z')
const PULSE = 'http://loinc.org|8867-4'

describe('retention of a store', () => {
  let database: Awaited<ReturnType<typeof startDatabase>>
  let url: string
  let store: Awaited<ReturnType<typeof openStore>>
  let db: Kysely<Tables>
  let number = 0

  beforeAll(async () => {
    database = await startDatabase()
  })
  afterAll(() => database.stop())
  beforeEach(async () => {
    number += 1
    url = await database.createDatabase(`retention_${number}`)
    store = await openStore({ databaseUrl: url, organization, now: () => START })
    db = new Kysely<Tables>({
      dialect: new PostgresDialect({ pool: createPool({ databaseUrl: url }) }),
    })
  })
  const end = async () => {
    await db.destroy()
    await store.close()
  }
  const left = async (): Promise<readonly string[]> => {
    const signal = new AbortController().signal
    const { rows } = await store.read(everything, signal)
    const { rows: coded } = await store.read({ ...everything, codes: [PULSE] }, signal)
    expect(coded.map(({ id }) => id)).toEqual(rows.map(({ id }) => id))
    return rows.map(({ identity }) => names.get(identity) ?? '')
  }
  const expire = (days: number, atMs: number, more: object = {}) =>
    deleteExpired({ db, keys }, { Observation: { days, ...more } }, atMs)

  it('deletes what is older than its time and nothing else, and says how much it was', async () => {
    await store.take([row('a', 100), row('b', 50), row('c', 1)], false)
    expect(await expire(60, START)).toBe(0)
    expect(await left()).toEqual(['c', 'b', 'a'])
    expect(await expire(60, START + 31 * DAY_MS)).toBe(2)
    expect(await left()).toEqual(['c'])
    const { rows } = await ask(
      url,
      'select class, until_ms::float8 as until, rows::int as rows from deletion',
    )
    expect(rows).toEqual([{ class: 'Observation', until: START - 29 * DAY_MS, rows: 2 }])
    expect(await expire(60, START + 31 * DAY_MS)).toBe(0)
    await end()
  })

  it('leaves what has just come, however old it is', async () => {
    await store.take([row('ancient', 9_000)], false)
    expect(await expire(60, START + 29 * DAY_MS)).toBe(0)
    expect(await expire(60, START + 31 * DAY_MS)).toBe(1)
    await end()
  })

  it('keeps what a chain of corrections needs: versions, withdrawals and corrections', async () => {
    await store.take(
      [
        row('versioned', 100),
        row('withdrawn', 101, { status: 'entered-in-error' }),
        row('amended', 102, { status: 'amended' }),
        row('plain', 103),
        row('later', 104, { version: 4 }),
      ],
      false,
    )
    await store.take([row('versioned', 100, { version: 2, sent: 'new' })], false)
    const late = START + 400 * DAY_MS
    expect(await expire(60, late)).toBe(1)
    expect(await left()).toEqual(['versioned', 'withdrawn', 'amended', 'later'])
    const again = await store.take([row('versioned', 100)], false)
    expect(again[0]?.outcome).toBe('unchanged')
    expect(await expire(60, late, { correctionDays: 501 })).toBe(2)
    expect(await left()).toEqual(['versioned', 'withdrawn'])
    expect(await expire(60, late, { correctionDays: 60 })).toBe(2)
    const { rows } = await ask(
      url,
      'select from observation_version union all select from observation_code',
    )
    expect(rows).toEqual([])
    await end()
  })

  it('deletes many in steps', async () => {
    const many = Array.from({ length: 2_500 }, (_, n) => row(`m${n}`, 100 + n / 1_000))
    await store.take([...many, row('young', 1)], false)
    expect(await expire(60, START + 31 * DAY_MS)).toBe(2_500)
    expect(await left()).toEqual(['young'])
    await end()
  })

  it('runs by itself in a node', async () => {
    await store.take([row('old', 100), row('young', 1)], false)
    const told: object[] = []
    const logger = { ...silentLogger, info: (entry: object) => void told.push(entry) }
    const rules = storeRetention.parse({ Observation: { days: 60 } })
    const node = await openStore({
      ...{ databaseUrl: url, organization, now: () => START + 40 * DAY_MS },
      retention: { rules, logger },
    })
    await node.close()
    expect(told).toEqual([{ organization, rows: 1 }])
    expect(await left()).toEqual(['young'])
    await end()
  })

  it('is refused where corrections would go before what they correct', () => {
    const { success } = storeRetention.safeParse({ Observation: { days: 60, correctionDays: 59 } })
    expect(success).toBe(false)
  })
})

const everything = {
  ...{ patient: kari, abnormalOnly: false, elements: [], count: false },
  ...({ order: 'NEWEST_FIRST', limit: 100 } as const),
  status: ['final', 'amended', 'entered-in-error'],
}

const names = new Map<string, string>()

function row(name: string, daysAgo: number, more: Partial<Change> = {}): Change {
  names.set(identityDigest(`urn:test|${name}`), name)
  return {
    patient: kari,
    key: `i:${name}`,
    identifier: `urn:test|${name}`,
    t: START - daysAgo * DAY_MS,
    precision: 'INSTANT',
    onlyIfNone: false,
    version: 1,
    content: identityDigest(name),
    sent: `sent ${name}`,
    owner: organization,
    authorKind: 'PATIENT',
    receivedMs: START,
    codes: [PULSE],
    category: ['vital-signs'],
    status: 'final',
    abnormal: false,
    resource: '{"status":"final"}',
    ...more,
  }
}

async function ask(url: string, sql: string) {
  const client = new pg.Client(url)
  await client.connect()
  const found = await client.query(sql)
  await client.end()
  return found
}
