import { identifierToken, type PatientIdentifier } from '@kilde/contract'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { Change, NameChange, ResourceChange, Taken } from '../intake.js'
import { heldRows } from './held-rows.js'
import { lookupOf, type StoreKeys } from './keys.js'
import { Ledger } from './ledger.js'
import { resourceLedgers } from './resources/held-resources.js'
import { writeResources } from './resources/write-resources.js'
import { seal } from './seal.js'
import type { Tables } from './tables.js'
import { writeNames } from './write-names.js'
import { writeRows } from './write-rows.js'

interface Context {
  readonly organization: string
  readonly keys: StoreKeys
  readonly now: () => number
}

interface Wanted {
  readonly changes: readonly Change[]
  readonly names: readonly NameChange[]
  readonly resources: readonly ResourceChange[]
}

/** See {@link Intake.take}: one transaction. */
export async function take(
  db: Kysely<Tables>,
  context: Context,
  { changes, names, resources }: Wanted,
  allOrNothing: boolean,
): Promise<readonly Taken[]> {
  if (changes.length + names.length + resources.length === 0) return []
  return db.transaction().execute(async (trx) => {
    await takeTurn(trx)
    const patients = await patientIds(trx, context.keys, [...changes, ...names, ...resources])
    const held = await heldRows(trx, context.organization, context.keys, changes, patients)
    const ledger = new Ledger(context.organization, held, patients)
    const ofClasses = await resourceLedgers(trx, context, resources, patients)
    const outcomes = [
      ...changes.map((change) => ledger.apply(change)),
      ...ofClasses.apply(resources),
    ]
    const undone = allOrNothing && outcomes.some(({ outcome }) => outcome === 'conflict')
    if (undone) return outcomes
    await writeRows(trx, context.keys, ledger, context.now())
    await writeResources(trx, context.keys, ofClasses.classes, context.now())
    await writeNames(trx, context.keys, names, patients)
    return outcomes
  })
}

/** Writers of one database take turns, so that two never make the same row. */
export async function takeTurn(trx: Transaction<Tables>): Promise<void> {
  await sql`select pg_advisory_xact_lock(7201256)`.execute(trx)
}

/** Ids of the patients, by `system|value`; unknown ones are added. */
async function patientIds(
  trx: Transaction<Tables>,
  keys: StoreKeys,
  wanted: readonly { readonly patient: PatientIdentifier }[],
): Promise<ReadonlyMap<string, number>> {
  const patients = new Set(wanted.map(({ patient }) => identifierToken(patient)))
  const known = await knownPatients(trx, keys, patients)
  const unknown = [...patients].filter((patient) => !known.has(patient))
  if (unknown.length === 0) return known
  const tokens = unknown.map((patient) => lookupOf(keys.current, 'patient', patient))
  const sealed = unknown.map((patient, at) =>
    seal(keys, patientPlace(tokens[at] ?? ''), patient).toString('base64'),
  )
  await sql`insert into patient (token, sealed) select token, decode(sealed, 'base64')
    from unnest(${tokens}::text[], ${sealed}::text[]) as w(token, sealed)`.execute(trx)
  return knownPatients(trx, keys, patients)
}

async function knownPatients(
  trx: Transaction<Tables>,
  keys: StoreKeys,
  patients: ReadonlySet<string>,
): Promise<ReadonlyMap<string, number>> {
  const byToken = new Map(
    [...patients].flatMap((patient) =>
      keys.all.map((key) => [lookupOf(key, 'patient', patient), patient] as const),
    ),
  )
  const { rows } = await sql<{ id: number; token: string }>`
    select id, token from patient where token = any(${[...byToken.keys()]}::text[])`.execute(trx)
  return new Map(rows.map(({ id, token }) => [byToken.get(token) ?? '', id]))
}

/** What a patient's sealed identifier is bound to. */
export const patientPlace = (token: string): string => `patient|${token}`
