import { identifierToken } from '@kilde/contract'
import { sql, type Transaction } from 'kysely'
import type { Change } from '../intake.js'
import { openFacts } from './content.js'
import { lookupOf, type StoreKeys } from './keys.js'
import type { Held } from './ledger.js'
import type { Tables } from './tables.js'
import { openVersion } from './versions.js'

interface Columns {
  readonly id: string
  readonly patient: number
  readonly version: number
  readonly facts: Buffer
  /** By version, base64. */
  readonly earlier: Readonly<Record<string, string>>
}

/** The rows that changes may be about: of the same key, or with the local id that a sender means. */
export async function heldRows(
  trx: Transaction<Tables>,
  organization: string,
  keys: StoreKeys,
  changes: readonly Change[],
  patients: ReadonlyMap<string, number>,
): Promise<readonly Held[]> {
  const wanted = changes.flatMap(({ patient, key }) =>
    keys.all.map((one) => ({
      patient: patients.get(identifierToken(patient)) ?? 0,
      key: lookupOf(one, 'key', key),
    })),
  )
  const owners = wanted.map(({ patient }) => patient)
  const tokens = wanted.map(({ key }) => key)
  const ids = changes.flatMap(({ localId }) => (localId ? `${organization}.${localId}` : []))
  const { rows } = await sql<Columns>`
    select o.id, o.patient, o.version, o.facts,
      coalesce((select jsonb_object_agg(v.version, encode(v.sent, 'base64')) from observation_version v
        where v.observation = o.id), '{}') as earlier
    from observation o
    where o.id in (
      select h.id from observation h
        join unnest(${owners}::bigint[], ${tokens}::text[]) as w(patient, key)
        on h.patient = w.patient and h.key = w.key)
      or (o.id = any(${ids}::text[]) and o.patient = any(${owners}::bigint[]))`.execute(trx)
  return rows.map((row) => heldOf(keys, row))
}

function heldOf(keys: StoreKeys, { id, patient, version, facts, earlier }: Columns): Held {
  const { key, sent } = openFacts(keys, { id, patient, version }, facts)
  const before = Object.entries(earlier).map(([number, text]) => [
    number,
    openVersion(keys, { id, version: Number(number) }, Buffer.from(text, 'base64')),
  ])
  return { id, patient, key, version, sent, earlier: Object.fromEntries(before) }
}
