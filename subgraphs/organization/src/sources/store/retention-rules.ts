import { z } from 'zod'
import { classNames } from '../../classes/index.js'

const days = z.int().min(1).max(36_500)

const rule = z
  .strictObject({ days, correctionDays: days.optional() })
  .refine(({ days: own, correctionDays = own }) => correctionDays >= own, {
    error: 'correctionDays must not be less than days',
    path: ['correctionDays'],
  })
  .optional()

type Rule = NonNullable<z.infer<typeof rule>>

/** Of every class that is not named. */
const OTHERS = '*'

/** Classes that rows are kept of, and that have a time of their own each. */
export const keptClasses: readonly string[] = ['Observation', ...classNames]

/**
 * How long rows of a class are kept after their own time: `{"Observation": {"days": 3650, "correctionDays": 7300}}`. `*` holds for
 * every class that is not named, also for those that a later version brings.
 */
export const storeRetention = z.strictObject(
  Object.fromEntries([OTHERS, ...keptClasses].map((name) => [name, rule])),
)

export type StoreRetention = z.infer<typeof storeRetention>

const DAY_MS = 86_400_000
/** What has just come may be corrected or sent again by who is still at it, however old it is. */
const AFTER_RECEIPT_MS = 30 * DAY_MS

/** Instants of which what lies before has had its time. */
export interface Limits {
  readonly untilMs: number
  /** Of rows that correct, withdraw, or were corrected. */
  readonly corrections: number
  readonly receivedMs: number
}

/** Undefined: rows of the class are kept for ever. */
export function limitsOf(
  retention: StoreRetention,
  dataClass: string,
  nowMs: number,
): Limits | undefined {
  const kept: Rule | undefined = retention[dataClass] ?? retention[OTHERS]
  if (!kept) return undefined
  const { correctionDays } = kept
  return {
    untilMs: nowMs - kept.days * DAY_MS,
    corrections:
      correctionDays === undefined ? Number.MIN_SAFE_INTEGER : nowMs - correctionDays * DAY_MS,
    receivedMs: nowMs - AFTER_RECEIPT_MS,
  }
}
