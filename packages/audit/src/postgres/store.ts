import type { Logger } from '@kilde/service'
import type pg from 'pg'
import { AuditError } from '../errors.js'
import { type LogKeys, sign } from '../keys.js'
import { START } from '../line.js'
import { rootOf } from '../merkle/frontier.js'
import { countFor } from '../merkle/layout.js'
import { frontierOf } from '../merkle/proofs.js'
import type { Batch, LogEnd, LogStore } from '../store.js'
import { readTreeHead } from '../tree-head.js'
import { type Connection, connect } from './connection.js'
import { append, schema } from './schema.js'
import { findLines, headText, pages, storedLog } from './stored.js'

export interface PostgresStoreOptions {
  readonly databaseUrl: string
  readonly readers: pg.Pool
  readonly keys: LogKeys
  readonly logger: Logger
}

/**
 * A log in PostgreSQL: records, tree and head change together in one statement, which is committed, and so durable, when
 * it returns. After any failure the connection is given up and the end of the log is read again: whether the last
 * statement was committed, only the database knows.
 * @throws AuditError `AUDIT_LOG_DAMAGED`, `AUDIT_LOG_IN_USE`, `AUDIT_UNAVAILABLE`
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<LogStore> {
  const { databaseUrl, readers, keys } = options
  const { owner } = keys
  const stored = storedLog(readers, keys)
  let connection: Connection | undefined
  let end: LogEnd | undefined
  let furthest = 0
  let syncs = 0

  const giveUp = async (): Promise<void> => {
    end = undefined
    const held = connection
    connection = undefined
    await held?.end()
  }
  const connected = async (): Promise<Connection> => {
    if (connection?.isLost()) await giveUp()
    connection ??= await connect(databaseUrl, owner)
    return connection
  }
  const findEnd = async (): Promise<LogEnd> => {
    await connected()
    if (end) return end
    const tip = await stored.head()
    if (typeof tip === 'string') throw damaged(`head is ${tip}`)
    if (tip.sequence < furthest) throw damaged(`ends after record ${tip.sequence}`)
    end = { tip, tree: await frontierOf(tip.sequence, hashes) }
    return end
  }
  const hashes = (places: readonly number[]) => readHashes(readers, owner, places)
  const write = async (batch: Batch): Promise<void> => {
    const rows = await (await connected()).query<{ moved: number }>(append, valuesOf(keys, batch))
    if (rows[0]?.moved !== 1) throw new Error('the log was changed by another program')
    syncs += 1
    end = batch.end
    furthest = batch.end.tip.sequence
  }
  const store: LogStore = {
    ...stored,
    hashes,
    end: findEnd,
    append: (batch) =>
      write(batch).catch(async (error: unknown) => {
        await giveUp()
        throw error
      }),
    async addTreeHead(jws, size) {
      const text = 'insert into kilde_audit.tree_head (owner, size, jws) values ($1, $2, $3)'
      await (await connected()).query(text, [owner, size, jws])
    },
    async line(sequence) {
      for await (const bytes of stored.lines(sequence - 1)) return bytes
      return undefined
    },
    find: (query) => findLines(readers, owner, query),
    rewrite: async (change) => rewrite(await connected(), readers, owner, change),
    syncs: () => syncs,
    async close() {
      await giveUp()
      await readers.end()
    },
  }
  try {
    await prepare(await connected(), keys)
    await checkNewest(options, await stored.newestTreeHead(), await findEnd())
  } catch (error) {
    await giveUp()
    throw error
  }
  return store
}

async function prepare(connection: Connection, keys: LogKeys): Promise<void> {
  await connection.query(schema)
  await connection.query(
    'insert into kilde_audit.head (owner, sequence, hash, signature) select $1, 0, $2, $3 where not exists (select 1 from kilde_audit.record where owner = $1) on conflict do nothing',
    [keys.owner, START.hash, sign(keys, headText(START))],
  )
}

/** The newest signed tree head must still be true: whoever saw it will ask. */
async function checkNewest(
  { readers, keys }: PostgresStoreOptions,
  jws: string | undefined,
  { tip }: LogEnd,
): Promise<void> {
  if (jws === undefined) return
  const newest = readTreeHead(jws, keys.published)
  if (newest.treeSize > tip.sequence) throw damaged(`ends after record ${tip.sequence}`)
  const tree = await frontierOf(newest.treeSize, (places) =>
    readHashes(readers, keys.owner, places),
  )
  if (rootOf(tree).toString('base64url') !== newest.rootHash)
    throw damaged('the records are not those of the newest signed tree head')
}

async function readHashes(
  pool: pg.Pool,
  owner: string,
  places: readonly number[],
): Promise<readonly Buffer[]> {
  const { rows } = await pool.query<{ place: string; hash: Buffer }>(
    'select place, hash from kilde_audit.tree where owner = $1 and place = any($2::bigint[])',
    [owner, places],
  )
  const found = new Map(rows.map(({ place, hash }) => [Number(place), hash]))
  return places.map((place) => {
    const hash = found.get(place)
    if (!hash) throw damaged(`the tree lacks hash ${place}`)
    return hash
  })
}

function valuesOf(keys: LogKeys, { from, records, hashes, end }: Batch): unknown[] {
  const firstPlace = countFor(from.tree.size)
  return [
    keys.owner,
    from.tip.sequence,
    from.tip.hash,
    end.tip.sequence,
    end.tip.hash,
    sign(keys, headText(end.tip)),
    records.map((_, at) => from.tip.sequence + 1 + at),
    records.map(({ bytes }) => bytes.toString('utf8')),
    records.map(({ index }) => index.atMs),
    records.map(({ index }) => index.patient ?? null),
    records.map(({ index }) => index.decision ?? null),
    hashes.map((_, at) => firstPlace + at),
    hashes,
  ]
}

async function rewrite(
  connection: Connection,
  readers: pg.Pool,
  owner: string,
  change: (bytes: Buffer) => Buffer | undefined,
): Promise<number> {
  let changed = 0
  for await (const { sequence, line } of pages(readers, 'owner = $1', [owner], 0)) {
    const other = change(Buffer.from(line))
    if (!other) continue
    await connection.query(
      'update kilde_audit.record set line = $3, at_ms = null, patient = null, decision = null where owner = $1 and sequence = $2',
      [owner, sequence, other.toString('utf8')],
    )
    changed += 1
  }
  return changed
}

const damaged = (detail: string) => new AuditError('AUDIT_LOG_DAMAGED', { detail })
