import type { Logger } from '@kilde/service'
import { type Kysely, sql, type Transaction } from 'kysely'
import { z } from 'zod'
import type { Tables } from './tables.js'
import { takeTurn } from './take.js'

const days = z.int().min(1).max(36_500)

/** How long rows of a class are kept after their own time: `{"Observation": {"days": 3650, "correctionDays": 7300}}`. */
export const storeRetention = z.strictObject({
  Observation: z
    .strictObject({ days, correctionDays: days.optional() })
    .refine(({ days: own, correctionDays = own }) => correctionDays >= own, {
      error: 'correctionDays must not be less than days',
      path: ['correctionDays'],
    })
    .optional(),
})

export type StoreRetention = z.infer<typeof storeRetention>

const DAY_MS = 86_400_000
/** What has just come may be corrected or sent again by who is still at it, however old it is. */
const AFTER_RECEIPT_MS = 30 * DAY_MS
/** Rows looked at in one transaction: writers wait no longer than for these. */
const AT_ONCE = 1_000

/**
 * Deletes rows whose time has ended, step by step, and notes how many and up to when. A row that corrects or withdraws, or that was
 * corrected itself, stays until `correctionDays` (default: for ever): copies of the version before may live on at other organisations,
 * and would be current again without it.
 * @returns the number of rows
 */
export async function deleteExpired(
  db: Kysely<Tables>,
  { Observation: kept }: StoreRetention,
  nowMs: number,
): Promise<number> {
  if (!kept) return 0
  const untilMs = nowMs - kept.days * DAY_MS
  const { correctionDays } = kept
  const corrections =
    correctionDays === undefined ? Number.MIN_SAFE_INTEGER : nowMs - correctionDays * DAY_MS
  const limits = { untilMs, corrections, receivedMs: nowMs - AFTER_RECEIPT_MS }
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
  if (deleted > 0) {
    await sql`insert into deletion (at_ms, class, until_ms, rows)
      values (${nowMs}, 'Observation', ${untilMs}, ${deleted})`.execute(db)
  }
  return deleted
}

interface Step {
  /** Number of the last row looked at; undefined after the last of all. */
  readonly last: number | undefined
  readonly deleted: number
}

interface Limits {
  readonly untilMs: number
  readonly corrections: number
  readonly receivedMs: number
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

export interface RetentionWatch {
  readonly db: Kysely<Tables>
  readonly retention: StoreRetention
  readonly organization: string
  readonly logger: Logger
  readonly now: () => number
}

/** At once and then every day, until it is stopped. What fails is told, and done again the next day. */
export function watchRetention(watch: RetentionWatch): () => Promise<void> {
  const { db, retention, organization, logger, now } = watch
  const run = (): Promise<void> =>
    deleteExpired(db, retention, now()).then(
      (rows) =>
        rows > 0 && logger.info({ organization, rows }, 'deleted rows whose time has ended'),
      (fault: unknown) =>
        logger.error({ organization, fault: String(fault) }, 'rows whose time has ended stay'),
    ) as Promise<void>
  let running = run()
  const timer = setInterval(() => {
    running = running.then(run)
  }, DAY_MS)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await running
  }
}
