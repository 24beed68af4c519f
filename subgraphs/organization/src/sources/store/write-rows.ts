import { identityDigest } from '@kilde/contract'
import { sql, type Transaction } from 'kysely'
import { elementsIn, sealContent, sealFacts, valuesOf } from './content.js'
import { lookupOf, type StoreKeys } from './keys.js'
import type { Entry, Ledger } from './ledger.js'
import type { ObservationTable, Tables } from './tables.js'
import { sealVersion } from './versions.js'
import { codeIdsOf } from './write-codes.js'

/** Writes what the ledger decided, in one statement for the rows and one for the versions that they replace. */
export async function writeRows(
  trx: Transaction<Tables>,
  keys: StoreKeys,
  ledger: Ledger,
  nowMs: number,
): Promise<void> {
  if (ledger.entries.size === 0) return
  const entries = [...ledger.entries.values()]
  const codes = await codeIdsOf(
    trx,
    entries.flatMap(({ change }) => change.codes),
  )
  const rows = `[${entries.map((entry) => rowJson(keys, entry, codes)).join(',')}]`
  const names = sql.raw(Object.keys(COLUMNS).join(', '))
  // Bytes cannot stand in JSON.
  const values = sql.raw(
    list((name, type) => (type === 'bytea' ? `decode(${name}, 'base64')` : name)),
  )
  const shape = sql.raw(list((name, type) => `${name} ${type === 'bytea' ? 'text' : type}`))
  const replace = sql.raw(list((name) => `${name} = excluded.${name}`))
  await forgetCodes(trx, ledger)
  await sql`with written as (
      insert into observation (${names}) select ${values}
      from jsonb_to_recordset(${rows}::jsonb) as r(${shape})
      on conflict (id) do update set ${replace} returning patient, codes, t, number)
    insert into observation_code (patient, code, t, number)
      select patient, unnest(codes), t, number from written`.execute(trx)
  await writeVersions(trx, keys, ledger, nowMs)
}

/** A version made and replaced within this run was never written, and yet may be repeated. */
async function writeVersions(
  trx: Transaction<Tables>,
  keys: StoreKeys,
  ledger: Ledger,
  nowMs: number,
): Promise<void> {
  const replaced = ledger.replaced.map(({ id, version, sent }) => ({
    ...{ id, version },
    sent: sealVersion(keys, { id, version }, sent).toString('base64'),
  }))
  await sql`insert into observation_version (observation, version, sent, replaced_ms)
    select r.id, r.version, decode(r.sent, 'base64'), ${nowMs}
    from jsonb_to_recordset(${JSON.stringify(replaced)}::jsonb) as r(id text, version integer, sent text)
    on conflict do nothing`.execute(trx)
}

/** A row that is written again may have other codes, or another time. */
async function forgetCodes(trx: Transaction<Tables>, { replaced }: Ledger): Promise<void> {
  if (replaced.length === 0) return
  const ids = [...new Set(replaced.map(({ id }) => id))]
  await sql`delete from observation_code c using observation o
    where o.id = any(${ids}::text[]) and c.patient = o.patient and c.code = any(o.codes)
      and c.t = o.t and c.number = o.number`.execute(trx)
}

const COLUMNS = {
  id: 'text',
  patient: 'bigint',
  key: 'text',
  identity: 'text',
  t: 'bigint',
  precision: 'text',
  version: 'integer',
  codes: 'integer[]',
  category: 'text[]',
  status: 'text',
  abnormal: 'boolean',
  owner: 'text',
  point_of_care: 'text',
  author_kind: 'text',
  received_ms: 'bigint',
  facts: 'bytea',
  resource: 'bytea',
  labels: 'text[]',
  open_from_ms: 'bigint',
} as const satisfies Record<Exclude<keyof ObservationTable, 'number'>, string>

const list = (each: (name: string, type: string) => string): string =>
  Object.entries(COLUMNS)
    .map(([name, type]) => each(name, type))
    .join(', ')

type Row = Omit<ObservationTable, 'number' | 'facts' | 'resource'>

/** Content keeps the text that was sent: parsing and writing them again would lose digits (7.0 → 7). */
function rowJson(
  keys: StoreKeys,
  { id, patient, key, version, change }: Entry,
  codes: ReadonlyMap<string, number>,
): string {
  const { precision, category, status, abnormal, owner, t, content, sent } = change
  const row: Row = {
    ...{ id, patient, version, t, precision, category, status, abnormal, owner },
    key: lookupOf(keys.current, 'key', key),
    identity: identityDigest(change.identifier ?? id),
    codes: [...new Set(change.codes)].flatMap((token) => codes.get(token) ?? []),
    point_of_care: change.pointOfCare ?? null,
    author_kind: change.authorKind,
    received_ms: change.receivedMs,
    labels: change.labels ?? [],
    open_from_ms: change.openFromMs ?? null,
  }
  const facts = { content, key, sent, values: valuesOf(elementsIn(change.resource)) }
  return JSON.stringify({
    ...row,
    facts: sealFacts(keys, row, facts).toString('base64'),
    resource: sealContent(keys, row, change).toString('base64'),
  })
}
