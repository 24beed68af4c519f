import { sql, type Transaction } from 'kysely'
import { lookupOf, type StoreKeys } from '../keys.js'
import { isCurrent } from '../seal.js'
import type { Tables } from '../tables.js'
import { openVersion, sealVersion } from '../versions.js'
import { openResource, sealResource } from './content.js'

/** Seals with the current key what an earlier one sealed of these patients' resources. @throws Unopened */
export async function resealResources(
  trx: Transaction<Tables>,
  keys: StoreKeys,
  after: number,
  last: number,
): Promise<void> {
  const { rows } = await sql<{ id: string; patient: number; version: number; content: Buffer }>`
    select id, patient, version, content from held_resource
    where patient > ${after} and patient <= ${last}`.execute(trx)
  for (const place of rows.filter(({ content }) => !isCurrent(keys, content))) {
    const held = openResource(keys, place, place.content)
    const key = lookupOf(keys.current, 'key', held.key)
    await sql`update held_resource set key = ${key}, content = ${sealResource(keys, place, held)}
      where id = ${place.id}`.execute(trx)
  }
  await resealVersions(
    trx,
    keys,
    rows.map(({ id }) => id),
  )
}

async function resealVersions(
  trx: Transaction<Tables>,
  keys: StoreKeys,
  ids: readonly string[],
): Promise<void> {
  const { rows } = await sql<{ id: string; version: number; sent: Buffer }>`
    select resource as id, version, sent from held_resource_version
    where resource = any(${[...ids]}::text[])`.execute(trx)
  for (const old of rows.filter(({ sent }) => !isCurrent(keys, sent))) {
    const sealed = sealVersion(keys, old, openVersion(keys, old, old.sent))
    await sql`update held_resource_version set sent = ${sealed}
      where resource = ${old.id} and version = ${old.version}`.execute(trx)
  }
}
