import { sql, type Transaction } from 'kysely'
import type { ResourceChange } from '../../intake.js'
import { lookupOf, type StoreKeys } from '../keys.js'
import type { Entry, Ledger } from '../ledger.js'
import type { Tables } from '../tables.js'
import { sealVersion } from '../versions.js'
import { sealResource } from './content.js'
import type { Gathered } from './gathered.js'
import type { ClassLedger } from './held-resources.js'
import type { HeldResourceTable } from './tables.js'

/** Writes what the ledgers decided: a statement of each kind for a class, however many resources it has. */
export async function writeResources(
  trx: Transaction<Tables>,
  keys: StoreKeys,
  classes: readonly ClassLedger[],
  nowMs: number,
): Promise<void> {
  for (const { ledger, beside } of classes) {
    await writeEntries(trx, keys, ledger, beside)
    await writeBeside(trx, keys, ledger, beside)
    await writeVersions(trx, keys, ledger, nowMs)
  }
}

async function writeEntries(
  trx: Transaction<Tables>,
  keys: StoreKeys,
  { entries }: Ledger<ResourceChange>,
  beside: Gathered,
): Promise<void> {
  if (entries.size === 0) return
  const rows = [...entries.values()].map((entry) => rowOf(keys, entry, beside.of(entry.id)))
  const columns = sql.raw(list((name) => name))
  // Bytes cannot stand in JSON.
  const values = sql.raw(
    list((name, type) => (type === 'bytea' ? `decode(${name}, 'base64')` : name)),
  )
  const shape = sql.raw(list((name, type) => `${name} ${type === 'bytea' ? 'text' : type}`))
  const replace = sql.raw(list((name) => `${name} = excluded.${name}`))
  await sql`insert into held_resource (${columns}) select ${values}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(${shape})
    on conflict (id) do update set ${replace}`.execute(trx)
}

/** Of what is not written anyhow. The key with it: both are under the store's key of now. */
async function writeBeside(
  trx: Transaction<Tables>,
  keys: StoreKeys,
  { entries }: Ledger<ResourceChange>,
  beside: Gathered,
): Promise<void> {
  const rows = beside
    .changed()
    .filter(({ id }) => !entries.has(id))
    .map((held) => ({
      id: held.id,
      key: lookupOf(keys.current, 'key', held.key),
      content: sealed(keys, held, { ...held.content, ...beside.of(held.id) }),
    }))
  if (rows.length === 0) return
  await sql`update held_resource h set key = r.key, content = decode(r.content, 'base64')
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id text, key text, content text)
    where h.id = r.id`.execute(trx)
}

/** A version made and replaced within this run was never written, and yet may be repeated. */
async function writeVersions(
  trx: Transaction<Tables>,
  keys: StoreKeys,
  ledger: Ledger<ResourceChange>,
  nowMs: number,
): Promise<void> {
  if (ledger.replaced.length === 0) return
  const replaced = ledger.replaced.map(({ id, version, sent }) => ({
    ...{ id, version },
    sent: sealVersion(keys, { id, version }, sent).toString('base64'),
  }))
  await sql`insert into held_resource_version (resource, version, sent, replaced_ms)
    select r.id, r.version, decode(r.sent, 'base64'), ${nowMs}
    from jsonb_to_recordset(${JSON.stringify(replaced)}::jsonb) as r(id text, version integer, sent text)
    on conflict do nothing`.execute(trx)
}

const COLUMNS = {
  id: 'text',
  patient: 'bigint',
  class: 'text',
  key: 'text',
  version: 'integer',
  t: 'bigint',
  owner: 'text',
  point_of_care: 'text',
  author_kind: 'text',
  received_ms: 'bigint',
  labels: 'text[]',
  open_from_ms: 'bigint',
  content: 'bytea',
} as const satisfies Record<keyof HeldResourceTable, string>

const list = (each: (name: string, type: string) => string): string =>
  Object.entries(COLUMNS)
    .map(([name, type]) => each(name, type))
    .join(', ')

type Row = Omit<HeldResourceTable, 'content'> & { readonly content: string }

function rowOf(
  keys: StoreKeys,
  { id, patient, key, version, change }: Entry<ResourceChange>,
  beside: ReturnType<Gathered['of']>,
): Row {
  const { owner, pointOfCare, authorKind, receivedMs, labels = [], openFromMs } = change
  const { sent, identifier, resource, t } = change
  return {
    ...{ id, patient, version, owner, class: change.class, t: t ?? null },
    key: lookupOf(keys.current, 'key', key),
    point_of_care: pointOfCare ?? null,
    author_kind: authorKind,
    received_ms: receivedMs,
    labels,
    open_from_ms: openFromMs ?? null,
    content: sealed(keys, { id, patient, version }, { key, sent, identifier, resource, ...beside }),
  }
}

const sealed = (...content: Parameters<typeof sealResource>): string =>
  sealResource(...content).toString('base64')
