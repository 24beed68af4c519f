import { identifierToken, type PatientIdentifier } from '@kilde/contract'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { Change, NameChange, Taken } from '../intake.js'
import { type Held, Ledger } from './ledger.js'
import type { Tables } from './tables.js'
import { writeNames } from './write-names.js'
import { writeRows } from './write-rows.js'

interface Context {
  readonly organization: string
  readonly now: () => number
}

interface Wanted {
  readonly changes: readonly Change[]
  readonly names: readonly NameChange[]
}

/** See {@link Intake.take}: one transaction. */
export async function take(
  db: Kysely<Tables>,
  context: Context,
  { changes, names }: Wanted,
  allOrNothing: boolean,
): Promise<readonly Taken[]> {
  if (changes.length === 0 && names.length === 0) return []
  return db.transaction().execute(async (trx) => {
    // Writers of one database take turns, so that two never make the same row.
    await sql`select pg_advisory_xact_lock(7201256)`.execute(trx)
    const patients = await patientIds(trx, [...changes, ...names])
    const held = await heldRows(trx, context.organization, changes, patients)
    const ledger = new Ledger(context.organization, held, patients)
    const outcomes = changes.map((change) => ledger.apply(change))
    const undone = allOrNothing && outcomes.some(({ outcome }) => outcome === 'conflict')
    if (undone) return outcomes
    await writeRows(trx, ledger, context.now())
    await writeNames(trx, names, patients)
    return outcomes
  })
}

/** Ids of the patients, by token; unknown ones are added. */
async function patientIds(
  trx: Transaction<Tables>,
  wanted: readonly { readonly patient: PatientIdentifier }[],
): Promise<ReadonlyMap<string, number>> {
  const tokens = new Map(wanted.map(({ patient }) => [identifierToken(patient), patient]))
  const systems = [...tokens.values()].map(({ system }) => system)
  const values = [...tokens.values()].map(({ value }) => value)
  const asked = sql`unnest(${systems}::text[], ${values}::text[]) as w(system, value)`
  await sql`insert into patient (system, value) select w.system, w.value from ${asked}
    on conflict do nothing`.execute(trx)
  const { rows } = await sql<{ id: number; token: string }>`
    select p.id, p.system || '|' || p.value as token
    from patient p join ${asked} on p.system = w.system and p.value = w.value`.execute(trx)
  return new Map(rows.map(({ id, token }) => [token, id]))
}

async function heldRows(
  trx: Transaction<Tables>,
  organization: string,
  changes: readonly Change[],
  patients: ReadonlyMap<string, number>,
): Promise<readonly Held[]> {
  const owners = changes.map(({ patient }) => patients.get(identifierToken(patient)) ?? 0)
  const keys = changes.map(({ key }) => key)
  const ids = changes.flatMap(({ localId }) => (localId ? `${organization}.${localId}` : []))
  const { rows } = await sql<Held>`
    select o.id, o.patient, o.key, o.version, o.sent,
      coalesce((select jsonb_object_agg(v.version, v.sent) from observation_version v
        where v.observation = o.id), '{}') as earlier
    from observation o
    where o.id in (
      select h.id from observation h
        join unnest(${owners}::bigint[], ${keys}::text[]) as w(patient, key)
        on h.patient = w.patient and h.key = w.key)
      or o.id = any(${ids}::text[])`.execute(trx)
  return rows
}
