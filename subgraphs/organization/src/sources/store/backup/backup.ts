import { createHash } from 'node:crypto'
import pg from 'pg'
import copyStreams from 'pg-copy-streams'
import { OrganizationError } from '../../../errors.js'
import { sealFrames } from './frames.js'
import {
  type BackupTable,
  dataSection,
  endSection,
  headerSection,
  sumSection,
  type TableSum,
  tableSection,
} from './sections.js'
import { copyOut, storeTables } from './tables.js'

export interface BackupOptions {
  readonly databaseUrl: string
  readonly organization: string
  /** The store's key: 32 bytes. What the database holds sealed stays so; the whole file is sealed besides. */
  readonly key: Uint8Array
  readonly now: () => number
}

export interface BackupSum {
  readonly tables: readonly (BackupTable & TableSum)[]
}

/**
 * A whole store as of one instant, beside readers and writers, as a stream that only the organisation's key opens. The returned sums
 * are complete when the stream has ended.
 * @throws OrganizationError `STORE_OF_ANOTHER`
 */
export function backUp(options: BackupOptions): {
  readonly stream: AsyncIterable<Buffer>
  readonly sums: BackupSum
} {
  const tables: (BackupTable & TableSum)[] = []
  const sections = sectionsOf(options, (table) => tables.push(table))
  return {
    stream: sealFrames(options.key, options.organization, sections),
    sums: { tables },
  }
}

async function* sectionsOf(
  { databaseUrl, organization, now }: BackupOptions,
  done: (table: BackupTable & TableSum) => void,
): AsyncGenerator<Buffer> {
  const client = new pg.Client(databaseUrl)
  await client.connect()
  try {
    await client.query('begin isolation level repeatable read read only')
    await client.query('set local statement_timeout = 0')
    yield headerSection({
      ...{ format: 1, organization, at: new Date(now()).toISOString() },
      version: await versionOf(client, organization),
    })
    const tables = await storeTables(client)
    for (const table of tables) {
      const sum = yield* tableOf(client, table)
      done({ ...table, ...sum })
    }
    yield endSection(tables.length)
    await client.query('commit')
  } finally {
    await client.end()
  }
}

async function* tableOf(client: pg.Client, table: BackupTable): AsyncGenerator<Buffer, TableSum> {
  yield tableSection(table)
  const digest = createHash('sha256')
  const copy = client.query(copyStreams.to(copyOut(table)))
  for await (const bytes of copy as AsyncIterable<Buffer>) {
    digest.update(bytes)
    yield dataSection(bytes)
  }
  const sum = { rows: copy.rowCount, sha256: digest.digest('hex') }
  yield sumSection(sum)
  return sum
}

/** The last migration of this organisation's store. */
async function versionOf(client: pg.Client, organization: string): Promise<string> {
  const { rows: keepers } = await client.query<{ organization: string }>(
    'select organization from keeper',
  )
  if (keepers.length !== 1 || keepers[0]?.organization !== organization) {
    throw new OrganizationError('STORE_OF_ANOTHER')
  }
  const { rows } = await client.query<{ name: string }>(
    'select name from kysely_migration order by name desc limit 1',
  )
  return rows[0]?.name ?? ''
}
