import { identifierToken } from '@kilde/contract'
import { sql, type Transaction } from 'kysely'
import type { NameChange } from '../intake.js'
import type { NameTable, Tables } from './tables.js'

/**
 * Keeps the newest name for each use. The same name again changes nothing, so that the time of record stays that of the name
 * and not of the last delivery.
 */
export async function writeNames(
  trx: Transaction<Tables>,
  names: readonly NameChange[],
  patients: ReadonlyMap<string, number>,
): Promise<void> {
  const rows = newestOf(names.map((name) => rowOf(name, patients)))
  if (rows.length === 0) return
  await sql`insert into patient_name as held (patient, use, text, family, given, recorded_ms)
    select patient, use, text, family, given, recorded_ms
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as sent
      (patient bigint, use text, text text, family text, given text[], recorded_ms bigint)
    on conflict (patient, use) do update
      set (text, family, given, recorded_ms) =
        (excluded.text, excluded.family, excluded.given, excluded.recorded_ms)
      where held.recorded_ms <= excluded.recorded_ms
        and (held.text, held.family, held.given)
          is distinct from (excluded.text, excluded.family, excluded.given)`.execute(trx)
}

function rowOf(name: NameChange, patients: ReadonlyMap<string, number>): NameTable {
  const { patient, use = '', text, family = null, given, recordedMs } = name
  const id = patients.get(identifierToken(patient)) ?? 0
  return { patient: id, use, text, family, given, recorded_ms: recordedMs }
}

/** One statement cannot write one row twice. Of names of the same instant the last stands, as if they had come one by one. */
function newestOf(rows: readonly NameTable[]): readonly NameTable[] {
  const newest = new Map<string, NameTable>()
  for (const row of rows) {
    const key = `${row.patient} ${row.use}`
    const held = newest.get(key)
    if (!held || held.recorded_ms <= row.recorded_ms) newest.set(key, row)
  }
  return [...newest.values()]
}
