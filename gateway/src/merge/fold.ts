import { instantText, type Variables } from '@kilde/contract'
import type { GraphQLField, GraphQLObjectType } from 'graphql'
import { type Fold, foldOf, mergeFolds, standardDeviation } from './fold-numbers.js'
import { createTrendReader, type TrendPart, type TrendPartBucket } from './fold-read.js'
import { type CountedRow, countRows, isCounted, markOtherInstants } from './fold-rows.js'
import { type BucketStrategy, compileFoldShape, type FoldShape } from './fold-shape.js'
import type { PartStrategy } from './part-strategies.js'
import { readTrendArguments, type TrendAsked } from './trend-arguments.js'

/** FOLD: buckets over the rows of all sources, each row once however many sources have a copy of it. */
export function compileFold(
  _field: GraphQLField<unknown, unknown>,
  type: GraphQLObjectType,
): PartStrategy {
  const shape = compileFoldShape(type)
  const read = createTrendReader(shape)
  // The arguments of one fetch are one object: its buckets are worked out once, not for every source.
  const known = new WeakMap<Variables, TrendAsked>()
  const askedBy = (args: Variables): TrendAsked => {
    const asked = known.get(args) ?? readTrendArguments(args)
    known.set(args, asked)
    return asked
  }
  return {
    sourceSelection: selectionOf(shape),
    check: (args) => void askedBy(args),
    read: (value, expected) => read(value, expected, askedBy(expected.args)),
    count: (part) => countPart(part as TrendPart),
    merge(parts, args) {
      // No sum depends on who answered first.
      const ordered = parts.toSorted((a, b) => (a.organization < b.organization ? -1 : 1))
      // What `read` made, which the core does not look into.
      return foldTrend(
        ordered.map(({ part }) => part as TrendPart),
        askedBy(args),
        shape,
      )
    },
  }
}

const selectionOf = ({ list, sums }: FoldShape): string =>
  [
    `${list} { start end rows { cursor value }`,
    'rest { count mean squares minimum maximum mayCountCopies } }',
    ...sums,
  ].join(' ')

/** Rows that a source has in the buckets, its share of copies among them. */
function countPart({ buckets }: TrendPart): number {
  return buckets.reduce(
    (sum, { rows, rest }) => sum + rows.filter(isCounted).length + (rest?.count ?? 0),
    0,
  )
}

/** One bucket of all sources. */
interface MergedBucket {
  readonly index: number
  readonly counted: readonly CountedRow[]
  readonly rests: readonly NonNullable<TrendPartBucket['rest']>[]
}

function foldTrend(
  parts: readonly TrendPart[],
  asked: TrendAsked,
  shape: FoldShape,
): Readonly<Record<string, unknown>> {
  const buckets = mergeBuckets(parts)
  markOtherInstants(buckets.flatMap(({ counted }) => counted))
  return {
    ...Object.fromEntries(shape.units.map((name) => [name, asked.unit])),
    ...Object.fromEntries(shape.sums.map((name) => [name, sumOf(parts, name)])),
    [shape.list]: buckets.flatMap((bucket) => writeBucket(bucket, asked, shape)),
  }
}

/** Oldest first. */
function mergeBuckets(parts: readonly TrendPart[]): readonly MergedBucket[] {
  const byIndex = new Map<number, TrendPartBucket[]>()
  for (const bucket of parts.flatMap(({ buckets }) => buckets)) {
    const same = byIndex.get(bucket.index)
    if (same) same.push(bucket)
    else byIndex.set(bucket.index, [bucket])
  }
  return [...byIndex]
    .toSorted(([a], [b]) => a - b)
    .map(([index, buckets]) => ({
      index,
      counted: countRows(buckets.flatMap(({ rows }) => rows)),
      rests: buckets.flatMap(({ rest }) => rest ?? []),
    }))
}

/** None where nothing is left of its rows. */
function writeBucket(
  { index, counted, rests }: MergedBucket,
  { buckets, timeZone }: TrendAsked,
  { folded }: FoldShape,
): readonly Readonly<Record<string, unknown>>[] {
  const rows = foldOf(counted.map(({ value }) => value))
  const [first, ...others] = rows ? [rows, ...rests] : rests
  const bounds = buckets[index]
  if (!first || !bounds) return []
  const values = valuesOf(others.reduce<Fold>(mergeFolds, first), counted, rests)
  return [
    {
      start: instantText(bounds.start, timeZone),
      end: instantText(bounds.end, timeZone),
      ...Object.fromEntries(folded.map(({ name, strategy }) => [name, values[strategy]])),
    },
  ]
}

const valuesOf = (
  fold: Fold,
  counted: MergedBucket['counted'],
  rests: MergedBucket['rests'],
): Readonly<Record<BucketStrategy, unknown>> => ({
  COUNT: fold.count,
  MEAN: fold.mean,
  MIN: fold.minimum,
  MAX: fold.maximum,
  STANDARD_DEVIATION: standardDeviation(fold),
  COUNT_CONFLICTS: counted.filter(({ conflict }) => conflict).length,
  MARK_COPIES_COUNTED: rests.some(({ mayCountCopies }) => mayCountCopies),
})

const sumOf = (parts: readonly TrendPart[], name: string): number =>
  parts.reduce((sum, part) => sum + (part.sums[name] ?? 0), 0)
