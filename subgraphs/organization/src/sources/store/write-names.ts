import { identifierToken } from '@kilde/contract'
import { sql, type Transaction } from 'kysely'
import type { NameChange } from '../intake.js'
import type { StoreKeys } from './keys.js'
import { openName, sealName } from './names.js'
import type { NameTable, Tables } from './tables.js'

/**
 * Keeps the newest name for each use. The same name again changes nothing, so that the time of record stays that of the name
 * and not of the last delivery.
 */
export async function writeNames(
  trx: Transaction<Tables>,
  keys: StoreKeys,
  names: readonly NameChange[],
  patients: ReadonlyMap<string, number>,
): Promise<void> {
  if (names.length === 0) return
  const held = await heldNames(trx, keys, [...new Set(patients.values())])
  const newest = new Map<string, NameTable>()
  for (const name of names) {
    const row = rowOf(keys, name, patients)
    const place = `${row.patient} ${row.use}`
    const before = newest.get(place)?.recorded_ms ?? held.get(place)?.recordedMs
    const isSame = !newest.has(place) && held.get(place)?.said === said(name)
    if (!isSame && (before === undefined || before <= row.recorded_ms)) newest.set(place, row)
  }
  const rows = [...newest.values()].map(({ sealed, ...row }) => ({
    ...row,
    sealed: sealed.toString('base64'),
  }))
  await sql`insert into patient_name (patient, use, sealed, recorded_ms)
    select patient, use, decode(sealed, 'base64'), recorded_ms
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as sent
      (patient bigint, use text, sealed text, recorded_ms bigint)
    on conflict (patient, use) do update
      set (sealed, recorded_ms) = (excluded.sealed, excluded.recorded_ms)`.execute(trx)
}

interface HeldName {
  readonly recordedMs: number
  readonly said: string
}

async function heldNames(
  trx: Transaction<Tables>,
  keys: StoreKeys,
  patients: readonly number[],
): Promise<ReadonlyMap<string, HeldName>> {
  const { rows } = await sql<NameTable>`select patient, use, sealed, recorded_ms from patient_name
    where patient = any(${patients}::bigint[])`.execute(trx)
  return new Map(
    rows.map((row) => [
      `${row.patient} ${row.use}`,
      { recordedMs: row.recorded_ms, said: said(openName(keys, row)) },
    ]),
  )
}

/** What a name says, to tell the same from another. */
const said = ({ text, family, given }: Pick<NameChange, 'text' | 'family' | 'given'>): string =>
  JSON.stringify([text, family ?? null, given])

function rowOf(
  keys: StoreKeys,
  name: NameChange,
  patients: ReadonlyMap<string, number>,
): NameTable {
  const { patient: who, use = '', recordedMs } = name
  const patient = patients.get(identifierToken(who)) ?? 0
  return { patient, use, sealed: sealName(keys, { patient, use }, name), recorded_ms: recordedMs }
}
