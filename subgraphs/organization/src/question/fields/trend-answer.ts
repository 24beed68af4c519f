import { instantText } from '@kilde/contract'
import { foldOf, standardDeviation } from '../fold.js'
import type { FilledBucket, FilledBuckets } from './trend-buckets.js'
import type { TrendPlan } from './trend-plan.js'

/** The buckets of the contract: this organisation's rows folded, and for a gateway what its own folds are made of. */
export const bucketAnswers = (plan: TrendPlan, { buckets, foldAll }: FilledBuckets) =>
  buckets.map((bucket) => answerOf(plan, bucket, foldAll))

function answerOf({ timeZone }: TrendPlan, { bounds, rows }: FilledBucket, foldAll: boolean) {
  const travelling = foldAll ? [] : rows.filter(({ cursor }) => cursor !== undefined)
  const others = foldAll ? rows : rows.filter(({ cursor }) => cursor === undefined)
  const whole = foldOf(numbersOf(rows))
  const rest = foldOf(numbersOf(others))
  return {
    start: instantText(bounds.start, timeZone),
    end: instantText(bounds.end, timeZone),
    ...whole,
    standardDeviation: standardDeviation(whole),
    // Copies are at other organisations: here each row is there once.
    conflicts: 0,
    mayCountCopies: false,
    rows: travelling,
    rest: rest.count === 0 ? null : { ...rest, mayCountCopies: foldAll },
  }
}

const numbersOf = (rows: FilledBucket['rows']): readonly number[] =>
  rows.flatMap(({ value }) => value ?? [])
