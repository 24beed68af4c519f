import {
  type BucketBounds,
  bucketIndex,
  MOST_BUCKETS,
  type NodeCursor,
  parseInstant,
  parseNodeCursor,
} from '@kilde/contract'
import { z } from 'zod'
import { InvalidAnswer } from '../transport/invalid-answer.js'
import type { Fold } from './fold-numbers.js'
import type { FoldShape } from './fold-shape.js'
import type { PartExpected } from './part-strategies.js'
import type { TrendAsked } from './trend-arguments.js'

/** One source's part of a trend, checked. */
export interface TrendPart {
  readonly buckets: readonly TrendPartBucket[]
  /** By the field's name. */
  readonly sums: Readonly<Record<string, number>>
}

export interface TrendPartBucket {
  /** Place of the bucket among those of the period. */
  readonly index: number
  readonly rows: readonly ValuedRow[]
  readonly rest: (Fold & { readonly mayCountCopies: boolean }) | undefined
}

/** A row whose copies elsewhere can be known. */
export interface ValuedRow {
  readonly key: NodeCursor
  /** Null for a correction that has no number in the unit. */
  readonly value: number | null
}

/** Most rows that a source may send by themselves, over all buckets (docs/node-protocol.md). */
const MOST_ROWS = 2_000
/** Most rows in one number of one source: the sums of 1,000 sources are GraphQL Ints. */
const MOST_COUNTED = 2_000_000

const count = z.int().min(0).max(MOST_COUNTED)

const rest = z.object({
  count: count.min(1),
  mean: z.number(),
  squares: z.number().min(0),
  minimum: z.number(),
  maximum: z.number(),
  mayCountCopies: z.boolean(),
})

const bucket = z.object({
  start: z.string(),
  end: z.string(),
  rows: z.array(z.object({ cursor: z.string(), value: z.number().nullable() })).max(MOST_ROWS),
  rest: rest.nullable(),
})

/** Reads sources' parts of one trend type. Made once: building a shape costs more than using it. */
export function createTrendReader({ list, sums }: FoldShape) {
  const part = z.object({
    [list]: z.array(bucket).max(MOST_BUCKETS),
    ...Object.fromEntries(sums.map((name) => [name, count])),
  })
  /** @throws InvalidAnswer */
  return (value: unknown, expected: PartExpected, asked: TrendAsked): TrendPart => {
    const read = part.safeParse(value)
    if (!read.success) throw malformed()
    const data: Readonly<Record<string, unknown>> = read.data
    const buckets = data[list] as readonly z.infer<typeof bucket>[]
    return {
      buckets: readBuckets(buckets, expected, asked),
      sums: Object.fromEntries(sums.map((name) => [name, data[name] as number])),
    }
  }
}

const malformed = (): InvalidAnswer => new InvalidAnswer('RESPONSE_MALFORMED')

function readBuckets(
  buckets: readonly z.infer<typeof bucket>[],
  expected: PartExpected,
  asked: TrendAsked,
): readonly TrendPartBucket[] {
  const seen = new Set<string>()
  let before = -1
  return buckets.map(({ start, end, rows, rest: folded }) => {
    const index = placeOf(start, end, asked.buckets)
    if (index <= before) throw malformed()
    before = index
    const read = rows.map((row) => readRow(row, expected))
    for (const { key } of read) {
      // A row belongs to one bucket, and is there once.
      if (seen.has(key.d) || !isWithin(key.t, index, asked)) throw malformed()
      seen.add(key.d)
    }
    if (seen.size > MOST_ROWS || (folded && !isPlausible(folded))) throw malformed()
    return { index, rows: read, rest: folded ?? undefined }
  })
}

/** The bucket of the period that has exactly these bounds; -1 where none has. */
function placeOf(start: string, end: string, buckets: readonly BucketBounds[]): number {
  const from = parseInstant(start)
  const index = from === undefined ? -1 : bucketIndex(buckets, from)
  const bounds = buckets[index]
  return bounds?.start === from && bounds?.end === parseInstant(end) ? index : -1
}

function isWithin(instant: number, index: number, { buckets, start, end }: TrendAsked): boolean {
  const bounds = buckets[index]
  if (!bounds || instant < start || instant >= end) return false
  return instant >= bounds.start && instant < bounds.end
}

function readRow(
  { cursor, value }: { readonly cursor: string; readonly value: number | null },
  { organization, patientDigest }: PartExpected,
): ValuedRow {
  const key = parseNodeCursor(cursor)
  if (!key) throw malformed()
  if (key.p !== patientDigest) throw new InvalidAnswer('WRONG_PATIENT')
  // The organisation of a cursor is that of its row id.
  if (key.o !== organization) throw new InvalidAnswer('WRONG_ORGANIZATION')
  return { key, value }
}

/** Rounding may move a mean beyond the numbers that it is of; more than that is no fold of anything. */
function isPlausible({ mean, minimum, maximum }: Fold): boolean {
  const slack = 1e-9 * Math.max(Math.abs(minimum), Math.abs(maximum))
  return minimum <= maximum && mean >= minimum - slack && mean <= maximum + slack
}
