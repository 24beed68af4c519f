import type { Logger } from '@kilde/service'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Intake } from '../intake.js'
import type { Source } from '../source.js'
import { beginKeeping } from './keeper.js'
import type { StoreKeys } from './keys.js'
import { listPatients } from './list-patients.js'
import { readLatest, readNames, readPage, readTrend } from './read.js'
import { readShown } from './read-shown.js'
import { readRows } from './resources/read-rows.js'
import { readShownRows } from './resources/read-shown-rows.js'
import { watchRetention } from './retention.js'
import type { StoreRetention } from './retention-rules.js'
import type { Tables } from './tables.js'
import { take } from './take.js'
import { watchDatabase } from './watch-database.js'

export interface StoreOptions {
  /** PostgreSQL 15 or later. The database belongs to this organisation alone. */
  readonly databaseUrl: string
  /** Organisation number: the first part of every row's id. */
  readonly organization: string
  readonly now: () => number
  /** Seals what identifies a person and what is said of one: 32 bytes. Without it nothing is sealed. */
  readonly key?: Uint8Array | undefined
  /** Keys that were in use before. */
  readonly previousKeys?: readonly Uint8Array[] | undefined
  /** How long rows are kept, and where it is told that some were deleted. Absent: for ever. */
  readonly retention?: { readonly rules: StoreRetention; readonly logger: Logger } | undefined
  /** Most connections. Default 5. */
  readonly connections?: number
}

/**
 * The embedded store: an organisation's observations in a PostgreSQL database of its own. Migrates it first, and seals what an
 * earlier version or a node without a key left unsealed.
 * @throws OrganizationError `STORE_OF_ANOTHER`, `STORE_KEY_MISSING`
 */
export async function openStore(options: StoreOptions): Promise<Source & Intake> {
  const { organization, now } = options
  const pool = createPool(options)
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  const watched = watchDatabase(pool)
  const watch = <T>(work: Promise<T>): Promise<T> => watched.watch(work)
  const keys = await beginKeeping(db, options)
  const reading = { pool, keys, now }
  const stopDeleting = keepingTime(db, keys, options)
  watched.start()
  return {
    system: 'embedded store',
    tellsNew: true,
    read: (question, signal) => abortable(watch(readPage(reading, question)), signal),
    latest: (question, signal) => abortable(watch(readLatest(reading, question)), signal),
    trend: (question, signal) => abortable(watch(readTrend(reading, question)), signal),
    rows: (question, signal) => abortable(watch(readRows(reading, question)), signal),
    names: (question, signal) => abortable(watch(readNames(reading, question)), signal),
    patients: (dataClass, signal) => abortable(watch(listPatients(reading, dataClass)), signal),
    shown: (question, signal) => {
      const read = question.class === undefined ? readShown : readShownRows
      return abortable(watch(read(reading, question)), signal)
    },
    take: (changes, allOrNothing, names = [], resources = []) =>
      watch(take(db, { organization, keys, now }, { changes, names, resources }, allOrNothing)),
    health: () => watched.health(),
    async close() {
      watched.stop()
      await stopDeleting()
      await db.destroy()
    },
  }
}

function keepingTime(
  db: Kysely<Tables>,
  keys: StoreKeys,
  options: StoreOptions,
): () => Promise<void> {
  const { retention, organization, now } = options
  if (!retention) return async () => {}
  const { rules, logger } = retention
  return watchRetention({ ...{ db, keys, organization, now, logger }, retention: rules })
}

export function createPool({
  databaseUrl,
  connections = 5,
}: Pick<StoreOptions, 'databaseUrl' | 'connections'>): pg.Pool {
  const int8 = pg.types.builtins.INT8
  const types = {
    // Instants in milliseconds and row counts stay far below 2^53.
    getTypeParser: ((oid: number, format: 'text') =>
      oid === int8 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
  }
  return new pg.Pool({
    connectionString: databaseUrl,
    max: connections,
    types,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 30_000,
    application_name: 'kilde',
  })
}

/** Ends the wait, not the statement: that is cut by its own time limit in the database. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const done = new AbortController()
  const ended = new Promise<never>((_resolve, reject) => {
    const end = (): void => reject(signal.reason as Error)
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true, signal: done.signal })
  })
  return Promise.race([work, ended]).finally(() => done.abort())
}
