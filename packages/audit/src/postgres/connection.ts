import pg from 'pg'
import { AuditError } from '../errors.js'

/** The only connection that writes a log. Whoever holds it holds the log's lock; where it is lost, so is the lock. */
export interface Connection {
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<readonly Row[]>
  isLost(): boolean
  end(): Promise<void>
}

/** @throws AuditError `AUDIT_LOG_IN_USE`, `AUDIT_UNAVAILABLE` where the database promises nothing durable */
export async function connect(databaseUrl: string, owner: string): Promise<Connection> {
  const client = createClient(databaseUrl)
  let lost = false
  client.on('error', () => {
    lost = true
  })
  client.on('end', () => {
    lost = true
  })
  await client.connect()
  const end = (): Promise<void> => client.end().catch(() => undefined)
  try {
    await requireDurable(client)
    await lock(client, owner)
  } catch (error) {
    await end()
    throw error
  }
  return {
    query: async (text, values) => (await client.query(text, values)).rows,
    isLost: () => lost,
    end,
  }
}

/** Reads on connections of their own: a look-up never stands before a record. */
export function createReaders(databaseUrl: string): pg.Pool {
  // A program that only looks once need not wait for connections that are idle.
  const pool = new pg.Pool({ ...settings(databaseUrl), max: 2, allowExitOnIdle: true })
  // A connection that breaks while idle would otherwise end the process.
  pool.on('error', () => undefined)
  return pool
}

const createClient = (databaseUrl: string): pg.Client => new pg.Client(settings(databaseUrl))

const settings = (connectionString: string) => ({
  connectionString,
  connectionTimeoutMillis: 5_000,
  statement_timeout: 30_000,
  query_timeout: 30_000,
  application_name: 'kilde-audit',
})

/** With either of these off, a commit is acknowledged before it is on the disk. */
async function requireDurable(client: pg.Client): Promise<void> {
  await client.query('set synchronous_commit = on')
  const { rows } = await client.query<{ fsync: string }>('show fsync')
  if (rows[0]?.fsync !== 'on')
    throw new AuditError('AUDIT_UNAVAILABLE', { detail: 'the database runs without fsync' })
}

async function lock(client: pg.Client, owner: string): Promise<void> {
  const { rows } = await client.query<{ locked: boolean }>(
    'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked',
    [`kilde-audit ${owner}`],
  )
  if (rows[0]?.locked !== true) throw new AuditError('AUDIT_LOG_IN_USE')
}
