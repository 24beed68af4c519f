import {
  type Bucket,
  type BucketBounds,
  bucketsOf,
  isTimeZone,
  isTrendUnit,
  MOST_BUCKETS,
  parseInstant,
  trendOf,
  type Variables,
} from '@kilde/contract'
import { GatewayError } from '../errors.js'

/** A trend's arguments, checked: what is folded, and into which buckets. */
export interface TrendAsked {
  /** Epoch milliseconds; `end` is excluded. */
  readonly start: number
  readonly end: number
  readonly unit: string
  readonly timeZone: string
  /** All buckets of the period, oldest first. */
  readonly buckets: readonly BucketBounds[]
}

/** The years that RFC 3339 can write, with room for the last bucket's end (epoch milliseconds). */
const EARLIEST = Date.parse('0002-01-01T00:00:00Z')
const LATEST = Date.parse('9999-01-01T00:00:00Z')

/**
 * Checks a trend's arguments before anybody is asked.
 * @throws GatewayError `ARGUMENT_OUT_OF_RANGE`, naming argument and range.
 */
export function readTrendArguments(args: Variables): TrendAsked {
  const unit = readUnit(text(args['code']), text(args['unit']))
  const timeZone = text(args['timeZone'])
  if (!isTimeZone(timeZone))
    throw outOfRange('`timeZone` must be a time zone of the IANA database, e.g. Europe/Oslo.')
  const { start, end } = readPeriod(args['period'])
  const buckets = bucketsOf({ bucket: args['bucket'] as Bucket, timeZone, start, end })
  if (!buckets)
    throw outOfRange(`\`period\` must have at most ${MOST_BUCKETS.toLocaleString('en')} buckets.`)
  return { start, end, unit, timeZone, buckets }
}

const outOfRange = (words: string): GatewayError =>
  new GatewayError('ARGUMENT_OUT_OF_RANGE', { text: words })

/** The gateway's schema has no rules for the contract's scalars: any value may stand here. */
const text = (value: unknown): string => (typeof value === 'string' ? value : '')

function readUnit(code: string, unit: string): string {
  const trend = trendOf(code)
  if (!trend.allowed) throw outOfRange(`\`code\` must allow a trend. ${trend.why}`)
  if (isTrendUnit(trend.measurement, unit)) return unit
  throw outOfRange(
    `\`unit\` must be a UCUM unit into which ${trend.measurement.unit} can be converted.`,
  )
}

function readPeriod(value: unknown): Pick<TrendAsked, 'start' | 'end'> {
  const period = (value ?? {}) as Variables
  const start = readEnd('start', period['start'])
  const end = readEnd('end', period['end'])
  if (start >= end) throw outOfRange('`period` must start before it ends.')
  if (start < EARLIEST || end > LATEST)
    throw outOfRange('`period` must lie within the years 2 to 9998.')
  return { start, end }
}

function readEnd(name: string, value: unknown): number {
  if (value === null || value === undefined)
    throw outOfRange('`period` must have both ends, `start` and `end`.')
  const instant = parseInstant(text(value))
  if (instant !== undefined) return instant
  throw outOfRange(
    `\`period.${name}\` must be an instant with offset, e.g. 2026-03-14T00:00:00+01:00.`,
  )
}
