import { type TimeZoneClock, timeZoneClock } from './time-zone.js'

/** Width of a bucket: contract enum `Bucket`. */
export type Bucket = 'HOUR' | 'DAY' | 'WEEK' | 'MONTH'

/** One bucket: from `start` (included) to `end` (excluded), epoch milliseconds. */
export interface BucketBounds {
  readonly start: number
  readonly end: number
}

/** A period (epoch milliseconds, `end` excluded) cut into buckets. */
export interface BucketQuestion {
  readonly bucket: Bucket
  /** IANA name. */
  readonly timeZone: string
  readonly start: number
  readonly end: number
}

/** Most buckets that one trend may have. */
export const MOST_BUCKETS = 1_100

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** More than any offset from UTC that a time zone ever had, of which a day's change of it is part (milliseconds). */
const WIDEST_OFFSET = 16 * HOUR

/**
 * The bucket that an instant lies in. Buckets leave no gap and never overlap: a day begins at the first instant at which the
 * clocks show it (00:00, or later where a change of clocks leaves midnight out) and ends where the next begins, also where
 * clocks set back show a part of it once more. Hours begin at each full hour of the clock and at each change of offset: the
 * hour that comes twice is two buckets.
 * @throws RangeError for a name that is no time zone.
 */
export function bucketAt(bucket: Bucket, timeZone: string, instant: number): BucketBounds {
  const clock = timeZoneClock(timeZone)
  return bucket === 'HOUR' ? hourAt(clock, instant) : spanAt(bucket, clock, instant)
}

/**
 * All buckets that a period touches, oldest first, whole also where the period begins or ends inside one. Undefined where they
 * are more than `most`.
 * @throws RangeError for a name that is no time zone.
 */
export function bucketsOf(
  { bucket, timeZone, start, end }: BucketQuestion,
  most = MOST_BUCKETS,
): readonly BucketBounds[] | undefined {
  const clock = timeZoneClock(timeZone)
  const buckets: BucketBounds[] = []
  for (let at = start; at < end; at = buckets.at(-1)?.end ?? end) {
    if (buckets.length === most) return undefined
    buckets.push(bucket === 'HOUR' ? hourAt(clock, at) : spanAt(bucket, clock, at))
  }
  return buckets
}

/** Number of buckets that a period touches; `most + 1` where they are more than `most`. */
export function countBuckets(question: BucketQuestion, most = MOST_BUCKETS): number {
  return bucketsOf(question, most)?.length ?? most + 1
}

/** Place of the bucket that holds an instant in the answer of {@link bucketsOf}; -1 where none does. */
export function bucketIndex(buckets: readonly BucketBounds[], instant: number): number {
  let low = 0
  let high = buckets.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const bounds = buckets[middle]
    if (!bounds) return -1
    if (instant < bounds.start) high = middle - 1
    else if (instant >= bounds.end) low = middle + 1
    else return middle
  }
  return -1
}

/** The stretch around an instant in which neither the clock's hour nor its offset changes. */
function hourAt(clock: TimeZoneClock, instant: number): BucketBounds {
  const offset = clock.offsetAt(instant)
  const past = floorMod(instant + offset, HOUR)
  const from = instant - past
  const to = from + HOUR
  const start = clock.offsetAt(from) === offset ? from : changeBetween(clock, from, instant)
  const end = clock.offsetAt(to - 1) === offset ? to : changeBetween(clock, instant, to - 1)
  return { start, end }
}

function spanAt(
  bucket: Exclude<Bucket, 'HOUR'>,
  clock: TimeZoneClock,
  instant: number,
): BucketBounds {
  let label = floorLabel(bucket, instant + clock.offsetAt(instant))
  let start = firstInstantOf(clock, label)
  for (;;) {
    const next = nextLabel(bucket, label)
    const end = firstInstantOf(clock, next)
    if (instant < end) return { start, end }
    // Clocks that were set back over midnight show yesterday's date after today began.
    label = next
    start = end
  }
}

/** First local time of the span, written as if it were UTC (epoch milliseconds): the span's name in all time zones. */
function floorLabel(bucket: Exclude<Bucket, 'HOUR'>, local: number): number {
  const day = Math.floor(local / DAY)
  if (bucket === 'DAY') return day * DAY
  // 1970-01-01 was a Thursday.
  if (bucket === 'WEEK') return (day - floorMod(day + 3, 7)) * DAY
  return firstOfMonth(local, 0)
}

function nextLabel(bucket: Exclude<Bucket, 'HOUR'>, label: number): number {
  if (bucket === 'MONTH') return firstOfMonth(label, 1)
  return label + (bucket === 'DAY' ? DAY : 7 * DAY)
}

function firstOfMonth(label: number, later: number): number {
  const date = new Date(label)
  // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  return new Date(0).setUTCFullYear(date.getUTCFullYear(), date.getUTCMonth() + later, 1)
}

/** The first instant at which the clock shows a local time or, where it leaves that out, a later one. */
function firstInstantOf(clock: TimeZoneClock, local: number): number {
  const from = local - WIDEST_OFFSET
  const to = local + WIDEST_OFFSET
  const before = clock.offsetAt(from)
  const after = clock.offsetAt(to)
  if (before === after) return local - before
  const change = changeBetween(clock, from, to)
  if (local - before < change) return local - before
  return Math.max(change, local - after)
}

/** The first instant with the later of the two offsets between which a clock changes once. */
function changeBetween(clock: TimeZoneClock, from: number, to: number): number {
  const before = clock.offsetAt(from)
  let low = from
  let high = to
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (clock.offsetAt(middle) === before) low = middle
    else high = middle
  }
  return high
}

const floorMod = (value: number, by: number): number => ((value % by) + by) % by
