import {
  type Bucket,
  type BucketBounds,
  bucketIndex,
  bucketsOf,
  equivalentTokens,
  instantText,
} from '@kilde/contract'
import { convert } from '../world/quantity.js'
import type { HeldRow } from '../world/world.js'
import { cursorOf, newestFirst, reportOf, select } from './list.js'
import type { NodeContext } from './simulated-node.js'

export interface TrendArguments {
  readonly code: string
  readonly period: { readonly start: string; readonly end: string }
  readonly bucket: Bucket
  readonly unit: string
  readonly timeZone: string
}

const WITHDRAWN = ['CANCELLED', 'ENTERED_IN_ERROR']
const EVERY_STATUS = [
  'REGISTERED',
  'PRELIMINARY',
  'FINAL',
  'AMENDED',
  'CORRECTED',
  'UNKNOWN',
  ...WITHDRAWN,
]

/** One source's part of a trend (docs/node-protocol.md, What is asked of each field). Bad rows it leaves out by itself. */
export function trendOf(args: TrendArguments, context: NodeContext): object {
  const { code, period, timeZone } = args
  const bounds = boundsOf(args)
  const found = select(context.source.rows, { codes: [code], period, status: EVERY_STATUS })
  const rows = newestFirst(found.filter(({ bad }) => !bad)).reverse()
  const numbered = rows.map((row) => ({
    row,
    value: numberOf(row, args),
    index: bucketIndex(bounds, row.key.t),
  }))
  const buckets = bounds.flatMap(({ start, end }, at) => {
    const inside = numbered.filter(({ index }) => index === at)
    const own = inside.filter(({ row }) => row.observation.identifier.length > 0)
    const others = inside.flatMap(({ row, value }) =>
      row.observation.identifier.length > 0 || value === null ? [] : [value],
    )
    if (own.length + others.length === 0) return []
    return [
      {
        start: instantText(start, timeZone),
        end: instantText(end, timeZone),
        rows: own.map(({ row, value }) => ({ cursor: cursorOf(row, context.digest), value })),
        rest: others.length > 0 ? foldOf(others) : null,
      },
    ]
  })
  const leftOut = numbered.filter(
    ({ row, value }) => value === null && !WITHDRAWN.includes(row.observation.status),
  ).length
  const bad = found.length - rows.length
  return {
    buckets,
    leftOut,
    sources: [{ ...reportOf(context, buckets.length), dropped: context.source.dropped + bad }],
  }
}

const known = new Map<string, readonly BucketBounds[]>()

/** Remembered: queries name few periods, and the calendar costs more than all rows. */
function boundsOf({ bucket, timeZone, period }: TrendArguments): readonly BucketBounds[] {
  const key = `${bucket} ${timeZone} ${period.start} ${period.end}`
  const start = Date.parse(period.start)
  const bounds =
    known.get(key) ?? bucketsOf({ bucket, timeZone, start, end: Date.parse(period.end) })
  if (!bounds) throw new Error('too many buckets')
  known.set(key, bounds)
  return bounds
}

/** The number of the whole where the code is its own, else of the first component with the code. */
function numberOf({ observation, parts }: HeldRow, { code, unit }: TrendArguments): number | null {
  const codes = equivalentTokens(code)
  const measured = parts.find(({ tokens }) => tokens.some((one) => codes.includes(one)))?.measured
  if (WITHDRAWN.includes(observation.status) || !measured || measured.comparator !== null)
    return null
  return convert(measured, unit) ?? null
}

function foldOf(values: readonly number[]): object {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return {
    count: values.length,
    mean,
    squares,
    minimum: Math.min(...values),
    maximum: Math.max(...values),
    mayCountCopies: false,
  }
}
