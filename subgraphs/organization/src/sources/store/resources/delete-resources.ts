import { type Kysely, sql, type Transaction } from 'kysely'
import { classNamed } from '../../../classes/index.js'
import type { HeldClassRow, ResourceClass } from '../../../classes/resource-class.js'
import type { StoreKeys } from '../keys.js'
import type { Limits } from '../retention-rules.js'
import type { Tables } from '../tables.js'
import { takeTurn } from '../take.js'
import { type Columns, type PlacedResource, toResource } from './read-resources.js'

/**
 * Deletes rows of a class whose time has ended, patient by patient: a row's time is sealed, and parts of it go with the last row that
 * needs them. One transaction for each patient, so that writers wait no longer than for that.
 * @returns the number of rows
 */
export async function deleteResources(
  db: Kysely<Tables>,
  keys: StoreKeys,
  name: string,
  limits: Limits,
): Promise<number> {
  const kind = classNamed(name)
  let deleted = 0
  for (const patient of await patientsToLookAt(db, kind, limits)) {
    deleted += await db.transaction().execute(async (trx) => {
      await takeTurn(trx)
      return deleteOf(trx, await heldBy(trx, keys, kind, patient), kind, limits)
    })
  }
  return deleted
}

/** Of whom anything may have had its time: of a class with many rows these can be told by their column. */
async function patientsToLookAt(
  db: Kysely<Tables>,
  { name, intake }: ResourceClass,
  { untilMs, receivedMs }: Limits,
): Promise<readonly number[]> {
  const isOld = intake.many ? sql`coalesce(t, received_ms) < ${untilMs}` : sql`true`
  const { rows } = await sql<{ patient: number }>`select distinct patient from held_resource
    where class = ${name} and received_ms < ${receivedMs} and ${isOld} order by patient`.execute(db)
  return rows.map(({ patient }) => patient)
}

/** A resource, and whether another version was held before. */
interface Held extends PlacedResource {
  readonly corrected: boolean
}

/** Undefined where one does not open: what belongs to it cannot be told then, and nothing of the patient's is deleted. */
async function heldBy(
  trx: Transaction<Tables>,
  keys: StoreKeys,
  { name }: ResourceClass,
  patient: number,
): Promise<readonly Held[] | undefined> {
  const { rows } = await sql<Columns & { corrected: boolean }>`
    select id, version, t, owner, point_of_care, author_kind, received_ms, labels, open_from_ms, content,
      exists (select from held_resource_version v where v.resource = r.id) as corrected
    from held_resource r where patient = ${patient} and class = ${name}`.execute(trx)
  try {
    return rows.map((row) => ({
      ...toResource(keys, patient, row),
      corrected: row.corrected || row.version > 1,
    }))
  } catch {
    return undefined
  }
}

async function deleteOf(
  trx: Transaction<Tables>,
  held: readonly Held[] | undefined,
  kind: ResourceClass,
  limits: Limits,
): Promise<number> {
  if (!held) return 0
  const byId = new Map(held.map((one) => [one.id, one]))
  const { rows, dropped } = kind.assemble(held)
  const over = rows.filter((row) => hasHadItsTime(row, byId, kind, limits))
  const staying = rows.filter((row) => !over.includes(row))
  const needed = new Set(staying.flatMap(({ madeOf }) => madeOf))
  const isRow = new Set(rows.map(({ id }) => id))
  const isOld = ({ id, receivedMs }: Held): boolean =>
    !isRow.has(id) && receivedMs < Math.min(limits.untilMs, limits.receivedMs)
  // Which parts a row needs that cannot be read is not known.
  const parts = dropped > 0 ? [] : held.filter((one) => isOld(one) && !needed.has(one.id))
  const ids = [...over, ...parts].map(({ id }) => id)
  if (ids.length === 0) return 0
  await sql`delete from held_resource_version where resource = any(${ids}::text[])`.execute(trx)
  await sql`delete from held_resource where id = any(${ids}::text[])`.execute(trx)
  return over.length
}

function hasHadItsTime(
  { id, madeOf, status, t, endMs }: HeldClassRow,
  byId: ReadonlyMap<string, Held>,
  { lasting = [] }: ResourceClass,
  { untilMs, corrections, receivedMs }: Limits,
): boolean {
  const parts = madeOf.flatMap((one) => byId.get(one) ?? [])
  if (parts.some((one) => one.receivedMs >= receivedMs)) return false
  const ms = endMs ?? (lasting.includes(status) ? Number.POSITIVE_INFINITY : t)
  const own = byId.get(id)
  const corrects = own?.corrected || CORRECTING.includes(status)
  // Without a business identifier there are no copies elsewhere that it could be of.
  const isWatched = corrects && own?.identifier !== undefined
  return ms < (isWatched ? corrections : untilMs)
}

/** Statuses of rows that take the place of others. */
const CORRECTING: readonly string[] = ['entered-in-error', 'amended', 'corrected', 'cancelled']
