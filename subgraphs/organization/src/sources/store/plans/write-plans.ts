import { identifierToken } from '@kilde/contract'
import { sql, type Transaction } from 'kysely'
import type { PlanChange } from '../../intake.js'
import { lookupOf, type StoreKeys } from '../keys.js'
import { type Entry, type Held, Ledger } from '../ledger.js'
import type { Tables } from '../tables.js'
import { openVersion, sealVersion } from '../versions.js'
import { openPlan, sealPlan } from './content.js'
import type { PlanResourceTable } from './tables.js'

interface Context {
  readonly organization: string
  readonly keys: StoreKeys
}

/** The resources of plans that changes concern, as the ledger finds them. */
export async function planLedger(
  trx: Transaction<Tables>,
  { organization, keys }: Context,
  changes: readonly PlanChange[],
  patients: ReadonlyMap<string, number>,
): Promise<Ledger<PlanChange>> {
  const held =
    changes.length === 0 ? [] : await heldPlans(trx, { organization, keys }, changes, patients)
  return new Ledger(organization, held, patients)
}

interface Columns {
  readonly id: string
  readonly patient: number
  readonly version: number
  readonly content: Buffer
  /** By version, base64. */
  readonly earlier: Readonly<Record<string, string>>
}

async function heldPlans(
  trx: Transaction<Tables>,
  { organization, keys }: Context,
  changes: readonly PlanChange[],
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
    select r.id, r.patient, r.version, r.content,
      coalesce((select jsonb_object_agg(v.version, encode(v.sent, 'base64'))
        from plan_resource_version v where v.resource = r.id), '{}') as earlier
    from plan_resource r
    where r.id in (
      select h.id from plan_resource h
        join unnest(${owners}::bigint[], ${tokens}::text[]) as w(patient, key)
        on h.patient = w.patient and h.key = w.key)
      or (r.id = any(${ids}::text[]) and r.patient = any(${owners}::bigint[]))`.execute(trx)
  return rows.map((row) => heldOf(keys, row))
}

function heldOf(keys: StoreKeys, { id, patient, version, content, earlier }: Columns): Held {
  const { key, sent } = openPlan(keys, { id, patient, version }, content)
  const before = Object.entries(earlier).map(([number, text]) => [
    number,
    openVersion(keys, { id, version: Number(number) }, Buffer.from(text, 'base64')),
  ])
  return { id, patient, key, version, sent, earlier: Object.fromEntries(before) }
}

/** Writes what the ledger decided. */
export async function writePlans(
  trx: Transaction<Tables>,
  keys: StoreKeys,
  { entries, replaced }: Ledger<PlanChange>,
  nowMs: number,
): Promise<void> {
  for (const entry of entries.values()) {
    const row = rowOf(keys, entry)
    await trx
      .insertInto('plan_resource')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .execute()
  }
  for (const { id, version, sent } of replaced) {
    const sealed = sealVersion(keys, { id, version }, sent)
    await sql`insert into plan_resource_version (resource, version, sent, replaced_ms)
      values (${id}, ${version}, ${sealed}, ${nowMs}) on conflict do nothing`.execute(trx)
  }
}

function rowOf(
  keys: StoreKeys,
  { id, patient, key, version, change }: Entry<PlanChange>,
): PlanResourceTable {
  const { owner, pointOfCare, authorKind, receivedMs, labels = [], openFromMs } = change
  const { sent, identifier, names, resource } = change
  return {
    ...{ id, patient, version, owner },
    key: lookupOf(keys.current, 'key', key),
    point_of_care: pointOfCare ?? null,
    author_kind: authorKind,
    received_ms: receivedMs,
    labels: [...labels],
    open_from_ms: openFromMs ?? null,
    content: sealPlan(keys, { id, patient, version }, { key, sent, identifier, names, resource }),
  }
}
