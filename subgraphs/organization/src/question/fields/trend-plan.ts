import {
  type Bucket,
  type BucketBounds,
  bucketsOf,
  isTrendUnit,
  type Measurement,
  MOST_BUCKETS,
  trendOf,
} from '@kilde/contract'
import { isGiven, outOfRange } from '../arguments.js'
import { inputInstantMs } from '../scalars.js'

/** Arguments of `Patient.observationTrend`, coerced by the contract's types. */
export interface TrendArguments {
  readonly code: string
  readonly period: { readonly start?: string | null; readonly end?: string | null }
  readonly bucket: Bucket
  readonly unit: string
  readonly timeZone: string
}

/** What is folded, and into which buckets. */
export interface TrendPlan extends Pick<TrendArguments, 'unit' | 'timeZone'> {
  readonly measurement: Measurement
  readonly fromMs: number
  readonly untilMs: number
  readonly bounds: readonly BucketBounds[]
  /** Whether a gateway asks, which compares rows with their copies elsewhere before it folds them. */
  readonly forMerge: boolean
}

/** @throws OrganizationError `ARGUMENT_OUT_OF_RANGE` */
export function planTrend(args: TrendArguments, forMerge: boolean): TrendPlan {
  const trend = trendOf(args.code)
  if (!trend.allowed) throw outOfRange(trend.why)
  const { measurement } = trend
  const { unit, timeZone, bucket } = args
  if (!isTrendUnit(measurement, unit)) {
    throw outOfRange(`\`unit\` is no unit of this measurement, which has ${measurement.unit}.`)
  }
  const [fromMs, untilMs] = periodOf(args)
  const bounds = bucketsOf({ bucket, timeZone, start: fromMs, end: untilMs })
  if (!bounds) {
    throw outOfRange(`The period has more than ${MOST_BUCKETS.toLocaleString('en')} buckets.`)
  }
  return { measurement, unit, timeZone, fromMs, untilMs, bounds, forMerge }
}

function periodOf({ period: { start, end } }: TrendArguments): readonly [number, number] {
  if (!isGiven(start) || !isGiven(end)) throw outOfRange('`period` needs `start` and `end`.')
  const [fromMs, untilMs] = [inputInstantMs(start), inputInstantMs(end)]
  if (fromMs >= untilMs) throw outOfRange('`period.start` must be before `period.end`.')
  if (fromMs < EARLIEST || untilMs > LATEST) {
    throw outOfRange('`period` must lie within the years 2 to 9998.')
  }
  return [fromMs, untilMs]
}

/** The years that RFC 3339 can write, with room for the bounds of the first and the last bucket (epoch milliseconds). */
const EARLIEST = Date.parse('0002-01-01T00:00:00Z')
const LATEST = Date.parse('9999-01-01T00:00:00Z')
