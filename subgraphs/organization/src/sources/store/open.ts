import type { PartHealth } from '@kilde/service'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Intake } from '../intake.js'
import type { Page, PageQuestion, Source, SourceRow } from '../source.js'
import { migrate } from './migrations.js'
import { countStatement, pageStatement, type Statement } from './page-statement.js'
import type { ObservationTable, Tables } from './tables.js'
import { take } from './take.js'

export interface StoreOptions {
  /** PostgreSQL 15 or later. The database belongs to this organisation alone. */
  readonly databaseUrl: string
  /** Organisation number: the first part of every row's id. */
  readonly organization: string
  readonly now: () => number
  /** Most connections. Default 5. */
  readonly connections?: number
}

/** The embedded store: an organisation's observations in a PostgreSQL database of its own. Migrates it first. */
export async function openStore(options: StoreOptions): Promise<Source & Intake> {
  const { organization, now } = options
  const pool = createPool(options)
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  let fault = false
  // A connection that breaks while idle would otherwise end the process.
  pool.on('error', () => {
    fault = true
  })
  const watch = async <T>(work: Promise<T>): Promise<T> => {
    try {
      const result = await work
      fault = false
      return result
    } catch (error) {
      fault = true
      throw error
    }
  }
  await migrate(db)
  return {
    system: 'embedded store',
    read: (question, signal) => watch(abortable(readPage(pool, question, now), signal)),
    take: (changes, allOrNothing) => watch(take(db, { organization, now }, changes, allOrNothing)),
    health: (): PartHealth => ({ name: 'store', ok: !fault }),
    close: () => db.destroy(),
  }
}

function createPool({ databaseUrl, connections = 5 }: StoreOptions): pg.Pool {
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

async function readPage(pool: pg.Pool, question: PageQuestion, now: () => number): Promise<Page> {
  const asOfMs = now()
  const { system, value } = question.patient
  const [patient] = await ask<{ id: number }>(pool, {
    name: 'patient',
    text: 'select id from patient where system = $1 and value = $2',
    values: [system, value],
  })
  if (!patient)
    return { known: false, rows: [], more: false, asOfMs, ...(question.count && { count: 0 }) }
  const found = await ask<RowColumns>(pool, pageStatement(patient.id, question))
  const counted = question.count
    ? await ask<{ count: number }>(pool, countStatement(patient.id, question))
    : []
  return {
    known: true,
    rows: found.slice(0, question.limit).map(toRow),
    more: found.length > question.limit,
    asOfMs,
    ...(counted[0] && { count: counted[0].count }),
  }
}

type RowColumns = Omit<
  ObservationTable,
  'patient' | 'key' | 'codes' | 'category' | 'abnormal' | 'sent'
>

function toRow(row: RowColumns): SourceRow {
  const { point_of_care: pointOfCare, author_kind, received_ms: receivedMs, device, ...same } = row
  return {
    ...same,
    precision: row.precision as SourceRow['precision'],
    authorKind: author_kind as SourceRow['authorKind'],
    receivedMs,
    ...(pointOfCare !== null && { pointOfCare }),
    ...(device !== null && { device }),
  }
}

async function ask<T extends object>(pool: pg.Pool, statement: Statement): Promise<readonly T[]> {
  const { rows } = await pool.query<T>({ ...statement, values: [...statement.values] })
  return rows
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
