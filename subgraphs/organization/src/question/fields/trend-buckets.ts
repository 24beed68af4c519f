import { type BucketBounds, bucketIndex } from '@kilde/contract'
import { readElements } from '../../map/elements.js'
import { numberOf } from '../../map/value.js'
import type { ValueRow } from '../../sources/source.js'
import { cursorOf } from '../edges.js'
import type { PartContext } from './field.js'
import type { TrendPlan } from './trend-plan.js'

/** FHIR status codes of rows that are in no fold. */
export const WITHDRAWN: readonly string[] = ['cancelled', 'entered-in-error']

/** Most rows that travel by themselves, over all buckets of a trend. */
const MOST_TRAVELLING = 2_000

export interface BucketRow {
  readonly id: string
  /** Null where it has no number in the unit or was withdrawn: older copies of it are no longer current all the same. */
  readonly value: number | null
  /** Only of a row with a business identifier, for a gateway: it travels by itself. */
  readonly cursor: string | undefined
}

export interface FilledBucket {
  readonly bounds: BucketBounds
  /** Oldest first. */
  readonly rows: readonly BucketRow[]
}

/** Rows of a trend, in their buckets. */
export interface FilledBuckets {
  /** Only those that hold rows, oldest first. */
  readonly buckets: readonly FilledBucket[]
  /** True where too many rows would have to travel by themselves: all are folded. */
  readonly foldAll: boolean
  /** Number of rows without a number in the unit. */
  readonly leftOut: number
  /** Number of rows that are no good. */
  readonly dropped: number
}

/** Puts each row (newest first) into its bucket; one that is no good is dropped and counted, alone. */
export function fillBuckets(
  plan: TrendPlan,
  rows: readonly ValueRow[],
  context: PartContext,
): FilledBuckets {
  const numberIn = createValues(plan)
  const byIndex = new Map<number, BucketRow[]>()
  let [leftOut, dropped, travelling] = [0, 0, 0]
  for (const row of rows) {
    const index = bucketIndex(plan.bounds, row.t)
    const placed =
      index < 0 ? undefined : bucketRowOf(row, numberIn, plan.forMerge ? context : undefined)
    if (!placed) {
      dropped += 1
      continue
    }
    if (placed.value === null && !WITHDRAWN.includes(row.status)) leftOut += 1
    if (placed.cursor !== undefined) travelling += 1
    else if (placed.value === null) continue
    const inBucket = byIndex.get(index)
    if (inBucket) inBucket.push(placed)
    else byIndex.set(index, [placed])
  }
  const foldAll = travelling > MOST_TRAVELLING
  return { buckets: bucketsFrom(plan, byIndex, foldAll), foldAll, leftOut, dropped }
}

function bucketsFrom(
  { bounds }: TrendPlan,
  byIndex: ReadonlyMap<number, readonly BucketRow[]>,
  foldAll: boolean,
): readonly FilledBucket[] {
  return bounds.flatMap((one, index) => {
    const all = byIndex.get(index) ?? []
    const rows = all.filter(({ value }) => !foldAll || value !== null).toReversed()
    return rows.length === 0 ? [] : [{ bounds: one, rows }]
  })
}

/** Undefined for a row that is no good. */
function bucketRowOf(
  row: ValueRow,
  numberIn: (row: ValueRow) => number | null,
  context: PartContext | undefined,
): BucketRow | undefined {
  try {
    const cursor = context && row.identified ? cursorOf(row, context) : undefined
    return { id: row.id, value: numberIn(row), cursor }
  } catch {
    return undefined
  }
}

/** Reads rows' numbers. @throws for a row whose value is not what FHIR R4 says */
function createValues({ measurement, unit }: TrendPlan): (row: ValueRow) => number | null {
  // Many rows of a measurement have the same value: each is read and converted once.
  const known = new Map<string, number | null>()
  return ({ status, resource }) => {
    if (WITHDRAWN.includes(status)) return null
    const before = known.get(resource)
    if (before !== undefined) return before
    const value = numberOf(readElements(resource), measurement, unit) ?? null
    known.set(resource, value)
    return value
  }
}
