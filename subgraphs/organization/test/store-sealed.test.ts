import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { identityDigest, parsePatientIdentifier } from '@kilde/contract'
import { patients } from '@kilde/people'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/index.js'
import type { Change, Intake } from '../src/sources/intake.js'
import type { PageQuestion, Source } from '../src/sources/source.js'
import { deriveStoreKeys } from '../src/sources/store/keys.js'
import { openStore } from '../src/sources/store/open.js'
import { resealAll } from '../src/sources/store/reseal.js'
import type { Tables } from '../src/sources/store/tables.js'

const organization = '310000108'
const kari = parsePatientIdentifier(patients.copd.identifier)
const ella = parsePatientIdentifier(patients.onePlace.identifier)
const NOW = Date.parse('2026-11-22T12:00:00Z')
const WEIGHT = 'http://loinc.org|29463-7'
const signal = new AbortController().signal
const first = Buffer.alloc(32, 1)
const second = Buffer.alloc(32, 2)

/** What is put into the store and may lie nowhere in it. */
const secrets = {
  number: kari.value,
  value: '987654.32109',
  note: 'Kanarifuglen sang om natten',
  key: 'urn:canary|journalkanari-4711',
  device: 'Kanarivekt 3000',
  text: 'Kanari Fuglesang',
  family: 'Fuglesang',
  given: 'Kanari',
}

describe('a sealed store', () => {
  let directory: string
  let server: EmbeddedPostgres
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kilde-test-'))
    await chmod(directory, 0o755)
    server = await startEmbeddedPostgres({ directory })
  })
  afterAll(async () => {
    await server.stop()
    await rm(directory, { recursive: true, force: true })
  })

  const withStore = async <T>(
    name: string,
    keys: { readonly key?: Buffer; readonly previousKeys?: readonly Buffer[] },
    use: (store: Source & Intake) => Promise<T>,
  ): Promise<T> => {
    const databaseUrl = await server.createDatabase(name)
    const store = await openStore({ databaseUrl, organization, now: () => NOW, ...keys })
    try {
      return await use(store)
    } finally {
      await store.close()
    }
  }
  const withDatabase = async <T>(
    name: string,
    use: (db: Kysely<Tables>, pool: pg.Pool) => Promise<T>,
  ): Promise<T> => {
    const pool = new pg.Pool({ connectionString: await server.createDatabase(name) })
    // The server may be stopped before it has said goodbye.
    pool.on('error', () => {})
    const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
    try {
      return await use(db, pool)
    } finally {
      await db.destroy()
    }
  }
  const fill = (store: Intake) =>
    store.take([canary(1), canary(2), canary(3, { patient: ella })], false, [
      {
        patient: kari,
        text: secrets.text,
        family: secrets.family,
        given: [secrets.given],
        use: 'official',
        recordedMs: NOW,
      },
    ])

  it('holds no number, name or value in any table or file, and gives all of it back', async () => {
    await withStore('canary', { key: first }, async (store) => {
      await fill(store)
      await store.take([canary(1, { version: 2, sent: 'b'.repeat(64) })], false)
      const { rows } = await store.read(everything, signal)
      expect(rows[0]?.resource).toContain(secrets.value)
      expect(rows[0]?.resource).toContain(secrets.note)
      expect(rows[0]?.device).toContain(secrets.device)
      const { names } = await store.names({ patient: kari }, signal)
      expect(names[0]).toMatchObject({ text: secrets.text, given: [secrets.given] })
    })
    expect(await tablesOf(await server.createDatabase('canary'))).toContain('public.observation')
    expect(found(await dumpOf(await server.createDatabase('canary')))).toEqual([])
    await server.stop()
    const files = await filesIn(join(directory, 'data'))
    const everywhere = await Promise.all(files.map((file) => readFile(file)))
    server = await startEmbeddedPostgres({ directory })
    // The scan sees what lies in files at all.
    expect(everywhere.some((bytes) => bytes.includes('29463-7'))).toBe(true)
    expect(found(everywhere)).toEqual([])
  })

  it('would be seen by that scan where nothing is sealed', async () => {
    await withStore('plain', {}, fill)
    expect(found(await dumpOf(await server.createDatabase('plain')))).toEqual(Object.keys(secrets))
  })

  it('opens for its own organisation alone, and only with every key that it needs', async () => {
    await withStore('mine', { key: first }, fill)
    await expect(withStore('mine', { key: second }, fill)).rejects.toMatchObject({
      code: 'STORE_KEY_MISSING',
    })
    await expect(withStore('mine', {}, fill)).rejects.toMatchObject({ code: 'STORE_KEY_MISSING' })
    const databaseUrl = await server.createDatabase('mine')
    await expect(
      openStore({ databaseUrl, organization: '310000205', key: first, now: () => NOW }),
    ).rejects.toMatchObject({ code: 'STORE_OF_ANOTHER' })
  })

  it('gives nothing of a row that was moved to another patient, or changed, and all others', async () => {
    await withStore('moved', { key: first }, fill)
    await withDatabase('moved', async (_db, pool) => {
      await pool.query(
        `update observation set patient = (select patient from observation where identity = $1) where identity = $2`,
        [identityDigest('urn:canary|3'), identityDigest('urn:canary|1')],
      )
      await pool.query(`update observation set resource = overlay(resource placing '\\x00' from 30)
        where identity = '${identityDigest('urn:canary|2')}'`)
    })
    await withStore('moved', { key: first }, async (store) => {
      const of = async (patient: typeof kari) => {
        const { rows } = await store.read({ ...everything, patient }, signal)
        return rows.map(({ content, resource }) => [content !== '', resource !== ''])
      }
      expect(await of(kari)).toEqual([[false, false]])
      expect(await of(ella)).toEqual([
        [false, false],
        [true, true],
      ])
    })
  })

  it('is sealed anew with another key beside readers, knows what it has, and needs the old one no more', async () => {
    await withStore('turned', { key: first }, async (store) => {
      await fill(store)
      await store.take([canary(1, { version: 2, sent: 'b'.repeat(64) })], false)
    })
    const both = { key: second, previousKeys: [first] }
    const outcomes = (store: Intake) =>
      store
        .take([canary(1), canary(2), canary(3, { patient: ella })], false)
        .then((taken) => taken.map(({ outcome }) => outcome))
    const same = ['unchanged', 'unchanged', 'unchanged']
    expect(await withStore('turned', both, outcomes)).toEqual(same)
    await withStore('turned', both, (store) => store.take([canary(4)], false))
    const keys = deriveStoreKeys({ organization, ...both })
    const done = await withDatabase('turned', (db) => resealAll(db, keys))
    expect(done).toEqual({ patients: 2, observations: 3 })
    await withStore('turned', { key: second }, async (store) => {
      expect(await outcomes(store)).toEqual(same)
      const { rows } = await store.read(everything, signal)
      expect(rows.map(({ resource }) => resource.includes(secrets.value))).toEqual([
        true,
        true,
        true,
      ])
      expect((await store.names({ patient: kari }, signal)).names).toHaveLength(1)
    })
  })

  it('seals what lay open before it had a key', async () => {
    await withStore('late', {}, fill)
    await withStore('late', { key: first }, async (store) => {
      expect((await store.read(everything, signal)).rows).toHaveLength(2)
      expect((await store.take([canary(1)], false))[0]?.outcome).toBe('unchanged')
    })
    expect(found(await dumpOf(await server.createDatabase('late')))).toEqual([])
    await withDatabase('late', (_db, pool) =>
      pool.query(`update observation set facts = '\\x00' || convert_to('["","","",[]]', 'UTF8')`),
    )
    await withStore('late', { key: first }, async (store) => {
      const { rows } = await store.read(everything, signal)
      expect(rows.map(({ content }) => content)).toEqual(['', ''])
    })
  })

  const found = (places: readonly Buffer[]): readonly string[] =>
    Object.entries(secrets)
      .filter(([, secret]) => places.some((bytes) => bytes.includes(secret)))
      .map(([name]) => name)
})

const everything: PageQuestion = {
  patient: kari,
  status: ['final'],
  abnormalOnly: false,
  order: 'NEWEST_FIRST',
  limit: 100,
  elements: ['valueQuantity', 'note', 'device'],
  count: false,
}

function canary(n: number, more: Partial<Change> = {}): Change {
  const { value, note, key, device } = secrets
  return {
    patient: kari,
    key: `identifier:${key}-${n}`,
    identifier: `urn:canary|${n}`,
    t: NOW - n * 60_000,
    precision: 'INSTANT',
    onlyIfNone: false,
    version: 1,
    content: identityDigest(String(n)),
    sent: String(n).repeat(64),
    owner: organization,
    authorKind: 'PATIENT',
    receivedMs: NOW,
    codes: [WEIGHT],
    category: ['vital-signs'],
    status: 'final',
    abnormal: false,
    resource: `{"subject":{"identifier":{"value":"${kari.value}"}},"valueQuantity":{"value":${value}},"note":[{"text":"${note}"}],"device":{}}`,
    device: JSON.stringify({ deviceName: [{ name: device }] }),
    ...more,
  }
}

async function tablesOf(url: string): Promise<readonly string[]> {
  const rows = await ask<{ name: string }>(
    url,
    `select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')`,
  )
  return rows.map(({ name }) => name)
}

/** All that stands in any table, bytes as they are. */
async function dumpOf(url: string): Promise<readonly Buffer[]> {
  const tables = await tablesOf(url)
  const rows = await Promise.all(tables.map((table) => ask(url, `select * from ${table}`)))
  return rows.flat().flatMap((row) => Object.values(row as object).map(bytesOf))
}

const bytesOf = (value: unknown): Buffer =>
  Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value) ?? '')

async function ask<T extends pg.QueryResultRow>(url: string, sql: string): Promise<readonly T[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query<T>(sql)).rows
  } finally {
    await client.end()
  }
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  return entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
}
