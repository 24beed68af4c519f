import { createHash } from 'node:crypto'
import { identifierToken, parsePatientIdentifier } from '@kilde/contract'
import { createNodeKey, type Mark, openText, sealText } from '@kilde/privacy'
import type { PartHealth } from '@kilde/service'
import { Kysely, type Migration, Migrator, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { z } from 'zod'
import { PrivacyError } from '../errors.js'
import type { Change } from '../settings/ledger.js'
import { Statement } from '../settings/statement.js'
import type { Tables } from './tables.js'

/** Every change there ever was, in order, durable. One service per database. */
export interface Store {
  /** @throws PrivacyError `PRIVACY_STORE_DAMAGED` */
  changes(): Promise<readonly Change[]>
  /** Resolves when all are durable, or none is. @throws PrivacyError `PRIVACY_NOT_SAVED` */
  append(changes: readonly Change[]): Promise<void>
  /** Not ok once the connection that proves this to be the only service was lost: nothing may be told any more. */
  health(): PartHealth
  close(): Promise<void>
}

export interface StoreOptions {
  readonly databaseUrl: string
  /** 32 bytes. */
  readonly key: Uint8Array
}

const LOCK = 0x6b696c64
const Content = z.object({ person: z.string(), statement: Statement.optional() })

/** @throws PrivacyError `PRIVACY_STORE_IN_USE` */
export async function openStore({ databaseUrl, key }: StoreOptions): Promise<Store> {
  // One connection: it holds the lock, and what it cannot write nobody has written.
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: 1,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 30_000,
    application_name: 'kilde-privacy',
  })
  let lost = false
  let faulty = false
  for (const event of ['error', 'remove'] as const) {
    pool.on(event, () => {
      lost = true
    })
  }
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  try {
    await requireAlone(db)
    await migrate(db)
  } catch (error) {
    await db.destroy()
    throw error
  }
  const digest = createNodeKey(key)
  return {
    async changes() {
      const rows = await db.selectFrom('change').selectAll().orderBy('version').execute()
      try {
        return rows.map(({ version, tag, content }) => read({ version, tag }, content, key))
      } catch (cause) {
        throw new PrivacyError('PRIVACY_STORE_DAMAGED', { cause })
      }
    },
    async append(changes) {
      const values = changes.map(({ mark, person, statement }) => ({
        ...mark,
        person: digest.digest(person),
        content: sealText(key, JSON.stringify({ person: identifierToken(person), statement })),
      }))
      try {
        if (lost) throw new Error('the lock was lost')
        if (values.length > 0) await db.insertInto('change').values(values).execute()
        faulty = false
      } catch (cause) {
        faulty = true
        throw new PrivacyError('PRIVACY_NOT_SAVED', { cause })
      }
    },
    health: () =>
      lost || faulty
        ? {
            name: 'store',
            code: 'STORE_UNREACHABLE',
            ok: false,
            note: 'statements cannot be saved',
          }
        : { name: 'store', code: 'STORE_UNREACHABLE', ok: true },
    close: () => db.destroy(),
  }
}

/** The mark that follows: its tag holds all changes up to it, so that two histories are never taken for one. */
export function nextMark({ version, tag }: Mark, id: string): Mark {
  const chained = createHash('sha256').update(`${tag} ${id}`).digest('base64url')
  return { version: version + 1, tag: chained }
}

function read(mark: Mark, content: string, key: Uint8Array): Change {
  const { person, statement } = Content.parse(JSON.parse(openText(key, content)))
  return { mark, person: parsePatientIdentifier(person), ...(statement && { statement }) }
}

async function requireAlone(db: Kysely<Tables>): Promise<void> {
  const { rows } = await sql<{
    locked: boolean
  }>`select pg_try_advisory_lock(${sql.lit(LOCK)}) as locked`.execute(db)
  if (rows[0]?.locked !== true) throw new PrivacyError('PRIVACY_STORE_IN_USE')
}

/** A migration that has been released is never changed: add another. */
const migrations: Record<string, Migration> = {
  '0001_changes': {
    async up(db: Kysely<unknown>) {
      await sql`create table change (
        version int primary key, tag text not null, person text not null, content text not null)`.execute(
        db,
      )
    },
  },
}

async function migrate(db: Kysely<Tables>): Promise<void> {
  const provider = { getMigrations: async () => migrations }
  const { error } = await new Migrator({ db, provider }).migrateToLatest()
  if (error) throw error
}
