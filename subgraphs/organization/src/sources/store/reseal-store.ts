import { Kysely, PostgresDialect } from 'kysely'
import { beginKeeping } from './keeper.js'
import type { StoreKeyOptions } from './keys.js'
import { createPool } from './open.js'
import { type Resealed, resealAll } from './reseal.js'
import type { Tables } from './tables.js'

/**
 * Seals a whole store with its current key, also while a node that has the same keys reads and writes it. Afterwards the earlier ones
 * are needed no more, except for backups that were made with them.
 * @throws OrganizationError `STORE_OF_ANOTHER`, `STORE_KEY_MISSING`
 */
export async function resealStore(
  options: StoreKeyOptions & { readonly databaseUrl: string; readonly key: Uint8Array },
): Promise<Resealed> {
  const pool = createPool({ databaseUrl: options.databaseUrl, connections: 1 })
  pool.on('error', () => undefined)
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  try {
    return await resealAll(db, await beginKeeping(db, options))
  } finally {
    await db.destroy()
  }
}
