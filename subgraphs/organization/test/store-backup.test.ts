import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { identityDigest, parsePatientIdentifier } from '@kilde/contract'
import { patients } from '@kilde/people'
import pg from 'pg'
import type { Change } from '../src/sources/intake.js'
import { type BackupSum, backUp, openStore, restore } from '../src/sources/store/index.js'
import { startDatabase } from './kit/database.js'

const organization = '310000108'
const kari = parsePatientIdentifier(patients.copd.identifier)
const NOW = Date.parse('2026-11-22T12:00:00Z')
const key = Buffer.alloc(32, 1)
const ROWS = 2_000

describe('a backup of a store', () => {
  let database: Awaited<ReturnType<typeof startDatabase>>
  let databaseUrl: string
  let file: Buffer
  let sums: BackupSum

  beforeAll(async () => {
    database = await startDatabase()
    databaseUrl = await database.createDatabase('backed_up')
    await withStore(databaseUrl, async (store) => {
      await store.take(
        Array.from({ length: ROWS }, (_, n) => observation(n)),
        false,
        [{ patient: kari, text: 'Kari Kols', given: ['Kari'], recordedMs: NOW }],
      )
      await store.take([observation(7, { version: 2, sent: 'other' })], false)
    })
    const made = backUp({ databaseUrl, organization, key, now: () => NOW })
    file = await collected(made.stream)
    sums = made.sums
  })
  afterAll(() => database.stop())

  const restored = (name: string, bytes: Buffer, more: object = {}) =>
    database
      .createDatabase(name)
      .then((url) =>
        restore({ databaseUrl: url, organization, keys: [key], ...more }, piecesOf(bytes)),
      )
  const holdsNothing = async (name: string): Promise<void> => {
    const client = new pg.Client(await database.createDatabase(name))
    await client.connect()
    const { rows } = await client.query(`select to_regclass('observation') is not null as made`)
    const filled = (rows[0] as { made: boolean }).made
      ? (await client.query('select from observation union all select from patient')).rowCount
      : 0
    await client.end()
    expect(filled).toBe(0)
  }

  it('fills an empty database with all that was there, which goes on from there', async () => {
    const done = await restored('fresh', file)
    expect(done.tables.map(({ name, rows }) => [name, rows])).toEqual(
      sums.tables.map(({ name, rows }) => [name, rows]),
    )
    expect(done.tables).toContainEqual(expect.objectContaining({ name: 'observation', rows: ROWS }))
    const url = await database.createDatabase('fresh')
    await withStore(url, async (store) => {
      expect(await countOf(store)).toBe(ROWS)
      const again = await store.take([observation(7), observation(8)], false)
      expect(again.map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged'])
      expect((await store.take([observation(ROWS)], false))[0]?.outcome).toBe('created')
      expect(await countOf(store)).toBe(ROWS + 1)
    })
    await expect(restored('fresh', file)).rejects.toMatchObject({ code: 'STORE_NOT_EMPTY' })
  })

  it('says nothing to who has it without the key', () => {
    for (const word of [kari.value, 'Kari', 'observation', 'loinc']) {
      expect(file.includes(word)).toBe(false)
    }
  })

  it.each([1, 70_000, 200_000])(
    'restores nothing where the last %i bytes are missing',
    async (cut) => {
      await expect(
        restored(`cut_${cut}`, file.subarray(0, Math.max(0, file.length - cut))),
      ).rejects.toMatchObject({ code: 'BACKUP_NOT_OPENED' })
      await holdsNothing(`cut_${cut}`)
    },
  )

  it('restores nothing where whole chunks are missing, stand twice, or in another order', async () => {
    const [head, chunks] = [file.subarray(0, 40), chunksOf(file)]
    expect(chunks.length).toBeGreaterThan(4)
    const orders = [
      chunks.slice(0, -1),
      chunks.toSpliced(1, 1),
      chunks.toSpliced(1, 0, ...chunks.slice(1, 2)),
      [...chunks.slice(1, 2), ...chunks.slice(0, 1), ...chunks.slice(2)],
    ]
    for (const [at, order] of orders.entries()) {
      await expect(restored(`order_${at}`, Buffer.concat([head, ...order]))).rejects.toMatchObject({
        code: 'BACKUP_NOT_OPENED',
      })
      await holdsNothing(`order_${at}`)
    }
  })

  it('restores nothing where one bit was changed, wherever it is', async () => {
    for (let turn = 0; turn < 6; turn += 1) {
      const altered = Buffer.from(file)
      const at = turn === 0 ? 3 : Math.floor((file.length - 1) * (turn / 5))
      altered[at] = (altered[at] ?? 0) ^ 1
      await expect(restored(`bit_${turn}`, altered)).rejects.toMatchObject({
        code: 'BACKUP_NOT_OPENED',
      })
      await holdsNothing(`bit_${turn}`)
    }
  })

  it('restores nothing with another key, or for another organisation', async () => {
    await expect(restored('key', file, { keys: [randomBytes(32)] })).rejects.toMatchObject({
      code: 'BACKUP_NOT_OPENED',
    })
    await expect(restored('other', file, { organization: '310000205' })).rejects.toMatchObject({
      code: 'BACKUP_NOT_OPENED',
    })
    expect((await restored('older', file, { keys: [randomBytes(32), key] })).tables).toHaveLength(
      sums.tables.length,
    )
  })

  it('is not made of another organisation’s store', async () => {
    const { stream } = backUp({ databaseUrl, organization: '310000205', key, now: () => NOW })
    await expect(collected(stream)).rejects.toMatchObject({ code: 'STORE_OF_ANOTHER' })
  })
})

type Store = Awaited<ReturnType<typeof openStore>>

async function withStore(databaseUrl: string, use: (store: Store) => Promise<void>): Promise<void> {
  const store = await openStore({ databaseUrl, organization, key, now: () => NOW })
  try {
    await use(store)
  } finally {
    await store.close()
  }
}

const countOf = async (store: Store): Promise<number | undefined> => {
  const question = {
    ...{ patient: kari, status: ['final'], abnormalOnly: false, elements: [] },
    ...({ order: 'NEWEST_FIRST', limit: 1, count: true } as const),
  }
  return (await store.read(question, new AbortController().signal)).count
}

async function collected(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts)
}

/** As files are read. */
async function* piecesOf(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000)
}

function chunksOf(file: Buffer): readonly Buffer[] {
  const size = 65_536 + 16
  const count = Math.ceil((file.length - 40) / size)
  return Array.from({ length: count }, (_, n) =>
    file.subarray(40 + n * size, Math.min(file.length, 40 + (n + 1) * size)),
  )
}

function observation(n: number, more: Partial<Change> = {}): Change {
  return {
    patient: kari,
    key: `i:${n}`,
    identifier: `urn:test|${n}`,
    t: NOW - n * 60_000,
    precision: 'INSTANT',
    onlyIfNone: false,
    version: 1,
    content: identityDigest(String(n)),
    sent: `sent ${n}`,
    owner: organization,
    authorKind: 'PATIENT',
    receivedMs: NOW,
    codes: ['http://loinc.org|8867-4'],
    category: ['vital-signs'],
    status: 'final',
    abnormal: false,
    resource: '{"status":"final","valueQuantity":{"value":7.0,"code":"/min"}}',
    ...more,
  }
}
