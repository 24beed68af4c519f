import type { Logger } from '@kilde/service'
import { type Kysely, sql } from 'kysely'
import { deleteObservations } from './delete-observations.js'
import type { StoreKeys } from './keys.js'
import { deleteResources } from './resources/delete-resources.js'
import { keptClasses, type Limits, limitsOf, type StoreRetention } from './retention-rules.js'
import type { Tables } from './tables.js'

interface Keeping {
  readonly db: Kysely<Tables>
  readonly keys: StoreKeys
}

/**
 * Deletes rows whose time has ended, class by class and step by step, and notes of each class how many and up to when. A row that
 * corrects or withdraws, or that was corrected itself, stays until `correctionDays` (default: for ever): copies of the version before may
 * live on at other organisations, and would be current again without it.
 * @returns the number of rows
 */
export async function deleteExpired(
  keeping: Keeping,
  retention: StoreRetention,
  nowMs: number,
): Promise<number> {
  let all = 0
  for (const dataClass of keptClasses) {
    const limits = limitsOf(retention, dataClass, nowMs)
    const deleted = limits ? await deleteOf(keeping, dataClass, limits) : 0
    if (limits && deleted > 0) {
      await sql`insert into deletion (at_ms, class, until_ms, rows)
        values (${nowMs}, ${dataClass}, ${limits.untilMs}, ${deleted})`.execute(keeping.db)
    }
    all += deleted
  }
  return all
}

const deleteOf = ({ db, keys }: Keeping, dataClass: string, limits: Limits): Promise<number> =>
  dataClass === 'Observation'
    ? deleteObservations(db, limits)
    : deleteResources(db, keys, dataClass, limits)

export interface RetentionWatch extends Keeping {
  readonly retention: StoreRetention
  readonly organization: string
  readonly logger: Logger
  readonly now: () => number
}

const DAY_MS = 86_400_000

/** At once and then every day, until it is stopped. What fails is told, and done again the next day. */
export function watchRetention(watch: RetentionWatch): () => Promise<void> {
  const { retention, organization, logger, now } = watch
  const run = (): Promise<void> =>
    deleteExpired(watch, retention, now()).then(
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
