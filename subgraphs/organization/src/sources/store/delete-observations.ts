import { type Kysely, sql, type Transaction } from 'kysely'
import type { Limits } from './retention-rules.js'
import type { Tables } from './tables.js'
import { takeTurn } from './take.js'

/** Rows looked at in one transaction: writers wait no longer than for these. */
const AT_ONCE = 1_000

/** @returns the number of rows */
export async function deleteObservations(db: Kysely<Tables>, limits: Limits): Promise<number> {
  let deleted = 0
  for (let after: number | undefined = 0; after !== undefined; ) {
    const from: number = after
    const step: Step = await db.transaction().execute(async (trx) => {
      await takeTurn(trx)
      return deleteStep(trx, from, limits)
    })
    deleted += step.deleted
    after = step.last
  }
  return deleted
}

interface Step {
  /** Number of the last row looked at; undefined after the last of all. */
  readonly last: number | undefined
  readonly deleted: number
}

async function deleteStep(
  trx: Transaction<Tables>,
  after: number,
  { untilMs, corrections, receivedMs }: Limits,
): Promise<Step> {
  const { rows } = await sql<{ number: number; id: string; expired: boolean }>`
    select number, id, received_ms < ${receivedMs} and t < case
        when version = 1 and status = any(${UNCORRECTED}::text[])
          and not exists (select from observation_version v where v.observation = o.id)
        then ${untilMs}::bigint else ${corrections}::bigint end as expired
    from observation o where number > ${after} order by number limit ${AT_ONCE}`.execute(trx)
  const ids = rows.flatMap(({ id, expired }) => (expired ? [id] : []))
  if (ids.length > 0) {
    await sql`delete from observation_code c using observation o
      where o.id = any(${ids}::text[]) and c.patient = o.patient and c.code = any(o.codes)
        and c.t = o.t and c.number = o.number`.execute(trx)
    await sql`delete from observation_version where observation = any(${ids}::text[])`.execute(trx)
    await sql`delete from observation where id = any(${ids}::text[])`.execute(trx)
  }
  return { last: rows.at(-1)?.number, deleted: ids.length }
}

/** Statuses of rows that take the place of nothing elsewhere. */
const UNCORRECTED = ['registered', 'preliminary', 'final', 'unknown']
