import { identifierToken } from '@kilde/contract'
import { sql, type Transaction } from 'kysely'
import type { ResourceChange, Taken } from '../../intake.js'
import { lookupOf, type StoreKeys } from '../keys.js'
import { type Entry, type Held, Ledger } from '../ledger.js'
import type { Tables } from '../tables.js'
import { openVersion, sealVersion } from '../versions.js'
import { openResource, sealResource } from './content.js'
import type { HeldResourceTable } from './tables.js'

interface Context {
  readonly organization: string
  readonly keys: StoreKeys
}

/** The resources that changes concern, as the ledger of each class finds them. */
export async function resourceLedgers(
  trx: Transaction<Tables>,
  context: Context,
  changes: readonly ResourceChange[],
  patients: ReadonlyMap<string, number>,
): Promise<ResourceLedgers> {
  const ledgers = new Map<string, Ledger<ResourceChange>>()
  for (const name of new Set(changes.map((change) => change.class))) {
    const own = changes.filter((change) => change.class === name)
    const held = await heldResources(trx, context, own, patients)
    ledgers.set(name, new Ledger(context.organization, held, patients))
  }
  return {
    ledgers: [...ledgers].map(([name, ledger]) => ({ name, ledger })),
    apply: (all) => all.flatMap((change) => ledgers.get(change.class)?.apply(change) ?? []),
  }
}

export interface ResourceLedgers {
  readonly ledgers: readonly { readonly name: string; readonly ledger: Ledger<ResourceChange> }[]
  /** Decides on changes of all classes, in their order. */
  apply(changes: readonly ResourceChange[]): readonly Taken[]
}

interface Columns {
  readonly id: string
  readonly patient: number
  readonly version: number
  readonly content: Buffer
  /** By version, base64. */
  readonly earlier: Readonly<Record<string, string>>
}

/** `changes` are of one class. */
async function heldResources(
  trx: Transaction<Tables>,
  { organization, keys }: Context,
  changes: readonly ResourceChange[],
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
  const name = changes[0]?.class ?? ''
  const ids = changes.flatMap(({ localId }) => (localId ? `${organization}.${localId}` : []))
  const { rows } = await sql<Columns>`
    select r.id, r.patient, r.version, r.content,
      coalesce((select jsonb_object_agg(v.version, encode(v.sent, 'base64'))
        from held_resource_version v where v.resource = r.id), '{}') as earlier
    from held_resource r
    where r.class = ${name} and (r.id in (
      select h.id from held_resource h
        join unnest(${owners}::bigint[], ${tokens}::text[]) as w(patient, key)
        on h.patient = w.patient and h.class = ${name} and h.key = w.key)
      or (r.id = any(${ids}::text[]) and r.patient = any(${owners}::bigint[])))`.execute(trx)
  return rows.map((row) => heldOf(keys, row))
}

function heldOf(keys: StoreKeys, { id, patient, version, content, earlier }: Columns): Held {
  const { key, sent } = openResource(keys, { id, patient, version }, content)
  const before = Object.entries(earlier).map(([number, text]) => [
    number,
    openVersion(keys, { id, version: Number(number) }, Buffer.from(text, 'base64')),
  ])
  return { id, patient, key, version, sent, earlier: Object.fromEntries(before) }
}

/** Writes what the ledgers decided. */
export async function writeResources(
  trx: Transaction<Tables>,
  keys: StoreKeys,
  ledgers: ResourceLedgers['ledgers'],
  nowMs: number,
): Promise<void> {
  for (const { ledger } of ledgers) await writeClass(trx, keys, ledger, nowMs)
}

async function writeClass(
  trx: Transaction<Tables>,
  keys: StoreKeys,
  { entries, replaced }: Ledger<ResourceChange>,
  nowMs: number,
): Promise<void> {
  for (const entry of entries.values()) {
    const row = rowOf(keys, entry)
    await trx
      .insertInto('held_resource')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
      .execute()
  }
  for (const { id, version, sent } of replaced) {
    const sealed = sealVersion(keys, { id, version }, sent)
    await sql`insert into held_resource_version (resource, version, sent, replaced_ms)
      values (${id}, ${version}, ${sealed}, ${nowMs}) on conflict do nothing`.execute(trx)
  }
}

function rowOf(
  keys: StoreKeys,
  { id, patient, key, version, change }: Entry<ResourceChange>,
): HeldResourceTable {
  const { owner, pointOfCare, authorKind, receivedMs, labels = [], openFromMs } = change
  const { sent, identifier, names, resource, t } = change
  return {
    ...{ id, patient, version, owner, class: change.class, t: t ?? null },
    key: lookupOf(keys.current, 'key', key),
    point_of_care: pointOfCare ?? null,
    author_kind: authorKind,
    received_ms: receivedMs,
    labels: [...labels],
    open_from_ms: openFromMs ?? null,
    content: sealResource(
      keys,
      { id, patient, version },
      { key, sent, identifier, names, resource },
    ),
  }
}
