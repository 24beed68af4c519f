import { identityDigest } from '@kilde/contract'
import { sql, type Transaction } from 'kysely'
import type { Entry, Ledger } from './ledger.js'
import { codeKey, type ObservationTable, type Tables } from './tables.js'

/** Writes what the ledger decided, in one statement for the rows and one for the versions that they replace. */
export async function writeRows(
  trx: Transaction<Tables>,
  ledger: Ledger,
  nowMs: number,
): Promise<void> {
  if (ledger.entries.size === 0) return
  const rows = `[${[...ledger.entries.values()].map(rowJson).join(',')}]`
  const names = sql.raw(Object.keys(COLUMNS).join(', '))
  const shape = sql.raw(list((name, type) => `${name} ${type}`))
  const replace = sql.raw(list((name) => `${name} = excluded.${name}`))
  await sql`insert into observation (${names}) select ${names}
    from jsonb_to_recordset(${rows}::jsonb) as r(${shape})
    on conflict (id) do update set ${replace}`.execute(trx)
  const replaced = JSON.stringify(ledger.replaced)
  // A version made and replaced within this run was never written, and yet may be repeated.
  await sql`insert into observation_version (observation, version, sent, replaced_ms)
    select r.id, r.version, r.sent, ${nowMs} from jsonb_to_recordset(${replaced}::jsonb)
      as r(id text, version integer, sent text)
    on conflict do nothing`.execute(trx)
}

const COLUMNS = {
  id: 'text',
  patient: 'bigint',
  key: 'text',
  identity: 'text',
  t: 'bigint',
  precision: 'text',
  version: 'integer',
  codes: 'text[]',
  category: 'text[]',
  status: 'text',
  abnormal: 'boolean',
  content: 'text',
  sent: 'text',
  owner: 'text',
  point_of_care: 'text',
  author_kind: 'text',
  received_ms: 'bigint',
  resource: 'jsonb',
  device: 'jsonb',
  labels: 'text[]',
  open_from_ms: 'bigint',
} as const satisfies Record<keyof ObservationTable, string>

const list = (each: (name: string, type: string) => string): string =>
  Object.entries(COLUMNS)
    .map(([name, type]) => each(name, type))
    .join(', ')

/** The resource goes in as the text that was sent: parsing and writing it again would lose digits (7.0 → 7). */
function rowJson({ id, patient, key, version, change }: Entry): string {
  const { precision, category, status, abnormal, content, sent, owner, t } = change
  const row: Omit<ObservationTable, 'resource' | 'device'> = {
    ...{
      id,
      patient,
      key,
      version,
      t,
      precision,
      category,
      status,
      abnormal,
      content,
      sent,
      owner,
    },
    identity: identityDigest(change.identifier ?? id),
    codes: change.codes.map((token) => codeKey(patient, token)),
    point_of_care: change.pointOfCare ?? null,
    author_kind: change.authorKind,
    received_ms: change.receivedMs,
    labels: change.labels ?? [],
    open_from_ms: change.openFromMs ?? null,
  }
  const rest = JSON.stringify(row).slice(0, -1)
  return `${rest},"resource":${change.resource},"device":${change.device ?? 'null'}}`
}
