import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import copyStreams from 'pg-copy-streams'
import { OrganizationError } from '../../../errors.js'
import { migrate } from '../migrations.js'
import type { Tables } from '../tables.js'
import type { BackupSum } from './backup.js'
import { notOpened, openFrames } from './frames.js'
import { type BackupHeader, type BackupTable, readSections } from './sections.js'
import { copyIn, moveSequences, storeTables } from './tables.js'

export interface RestoreOptions {
  readonly databaseUrl: string
  readonly organization: string
  /** Keys that the backup may have been made with: 32 bytes each. */
  readonly keys: readonly Uint8Array[]
}

/**
 * Fills an empty database from a backup: all of it, or nothing. Numbers of rows and digests of every table must be those that were
 * backed up.
 * @throws OrganizationError `BACKUP_NOT_OPENED`, `STORE_NOT_EMPTY`, `STORE_OF_ANOTHER`
 */
export async function restore(
  { databaseUrl, organization, keys }: RestoreOptions,
  file: AsyncIterable<Buffer>,
): Promise<BackupSum> {
  const client = new pg.Client(databaseUrl)
  // Whoever waits is told by the statement that was under way.
  client.on('error', () => undefined)
  await client.connect()
  try {
    await refuseUnlessEmpty(client)
    const begin = async (header: BackupHeader): Promise<void> => {
      if (header.organization !== organization) throw new OrganizationError('STORE_OF_ANOTHER')
      await migrateTo(databaseUrl, header.version)
      await client.query('begin; set local statement_timeout = 0')
    }
    const table = (one: BackupTable, data: AsyncIterable<Buffer>) => fillTable(client, one, data)
    const tables = await readSections(openFrames(keys, organization, file), { begin, table })
    await moveSequences(client, tables)
    await client.query('commit; analyze')
    return { tables }
  } finally {
    // Ends the transaction, where it was not committed, without a trace of its rows.
    await client.end()
  }
}

async function refuseUnlessEmpty(client: pg.Client): Promise<void> {
  for (const { name } of await storeTables(client)) {
    const { rowCount } = await client.query(`select from "${name}" limit 1`)
    if (rowCount !== 0) throw new OrganizationError('STORE_NOT_EMPTY')
  }
}

/** The tables as they were when the backup was made; the node that opens the store brings them up to date. */
async function migrateTo(databaseUrl: string, version: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 })
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  try {
    await migrate(db, version)
  } catch (cause) {
    throw new OrganizationError('BACKUP_NOT_OPENED', {
      cause,
      detail: 'the backup is of a later version, or the database is not empty',
    })
  } finally {
    await db.destroy()
  }
}

async function fillTable(
  client: pg.Client,
  table: BackupTable,
  data: AsyncIterable<Buffer>,
): Promise<number> {
  const known = (await storeTables(client)).find(({ name }) => name === table.name)
  if (!known || table.columns.some((column) => !known.columns.includes(column))) {
    throw notOpened(`this version has no table ${table.name} of that form`)
  }
  const copy = client.query(copyStreams.from(copyIn(table)))
  // Listened to from the start: what goes wrong between two writes would otherwise end the process.
  const ended = finished(copy)
  ended.catch(() => undefined)
  try {
    for await (const bytes of data) if (!copy.write(bytes)) await once(copy, 'drain')
    copy.end()
  } catch (fault) {
    copy.destroy(fault as Error)
    await ended.catch(() => undefined)
    throw fault
  }
  await ended
  return copy.rowCount
}
