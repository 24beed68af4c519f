import { type Kysely, sql } from 'kysely'
import { OrganizationError } from '../../errors.js'
import { deriveStoreKeys, nameOf, type StoreKeyOptions, type StoreKeys, UNSEALED } from './keys.js'
import { migrate } from './migrations.js'
import { resealAll } from './reseal.js'
import type { KeeperTable, Tables } from './tables.js'

/**
 * Migrates the store, checks whose it is and that nothing lies in it that no key opens, and notes the key that seals from now on.
 * Rows that are not sealed yet are, before anything is read.
 * @throws OrganizationError `STORE_OF_ANOTHER`, `STORE_KEY_MISSING`
 */
export async function beginKeeping(
  db: Kysely<Tables>,
  options: StoreKeyOptions,
): Promise<StoreKeys> {
  await migrate(db)
  const keys = deriveStoreKeys(options)
  const current = nameOf(keys.current)
  const kept = await db.transaction().execute(async (trx) => {
    await sql`insert into keeper (organization, keys)
      select ${options.organization}, array(select '' where exists (select from patient))
      where not exists (select from keeper)`.execute(trx)
    const held = await keeperOf(trx)
    check(held, keys)
    await sql`update keeper set keys = array(select distinct unnest(keys || ${current}::text))`.execute(
      trx,
    )
    return held
  })
  if (current === '' || !kept.keys.includes('')) return keys
  await resealAll(db, { ...keys, all: [...keys.all, UNSEALED] })
  return keys
}

async function keeperOf(db: Kysely<Tables>): Promise<KeeperTable> {
  const { rows } = await sql<KeeperTable>`select organization, keys from keeper for update`.execute(
    db,
  )
  const [keeper, ...others] = rows
  if (!keeper || others.length > 0) throw new OrganizationError('STORE_OF_ANOTHER')
  return keeper
}

function check(held: KeeperTable, keys: StoreKeys): void {
  if (held.organization !== keys.organization) throw new OrganizationError('STORE_OF_ANOTHER')
  const known = new Set(['', ...keys.all.map(nameOf)])
  const unknown = held.keys.filter((name) => !known.has(name))
  if (unknown.length > 0) {
    throw new OrganizationError('STORE_KEY_MISSING', { detail: `keys ${unknown.join(', ')}` })
  }
}
