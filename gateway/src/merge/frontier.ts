import {
  AFTER_ALL,
  BEFORE_ALL,
  nodeCursorLayout,
  parseBoundary,
  type RowKey,
} from '@kilde/contract'
import { compareText, keyAt } from '../rows/compare-rows.js'
import type { RowTable } from '../rows/row-table.js'
import type { SourcePage } from '../transport/source-answer.js'
import type { RowRef, Stream } from './stream-queue.js'

type Last = NonNullable<SourcePage['last']>

/**
 * Tells which rows lie at or beyond the first place where some source, having more, stopped telling. Also the identity of that
 * place itself, unless each source that stopped there says that it has told it whole: another copy of it may still lie unsent.
 */
export function beyondOf(
  pages: readonly SourcePage[],
  newestFirst: boolean,
): (stream: Stream, index: number) => boolean {
  const sign = newestFirst ? -1 : 1
  let frontier: Last | undefined
  for (const { hasNextPage, last } of pages) {
    if (!hasNextPage || !last) continue
    if (!frontier || sign * compareLast(last, frontier) < 0) frontier = last
  }
  if (!frontier) return () => false
  const { instant, table, at } = frontier
  const least = pages.some((page) => stopsWithin(page, frontier, newestFirst)) ? 0 : 1
  return (stream, index) =>
    sign * compareIdentity(stream.table, index, instant, table.json, at) >= least
}

/** The source has more, stopped at this place, and does not say that it has told all of its instant and identity. */
function stopsWithin(page: SourcePage, place: Last, newestFirst: boolean): boolean {
  const { hasNextPage, last, toldTo } = page
  if (!hasNextPage || last?.instant !== place.instant) return false
  const [{ t, i }, stopped] = [boundaryAt(place), boundaryAt(last)]
  if (stopped.i !== i) return false
  const told = parseBoundary(toldTo)
  const passed = newestFirst ? BEFORE_ALL : AFTER_ALL
  return told?.t !== t || told.i !== i || told.o !== passed || told.d !== passed
}

/** Whether a source has told all that it holds of the identity of a row, and of what comes ahead of it. */
export function hasToldWhole(page: SourcePage, row: RowRef, newestFirst: boolean): boolean {
  const { hasNextPage, last } = page
  if (!hasNextPage || !last) return true
  const sign = newestFirst ? -1 : 1
  const { table, at, instant } = last
  const order = sign * compareIdentity(row.stream.table, row.index, instant, table.json, at)
  return order < 0 || (order === 0 && !stopsWithin(page, last, newestFirst))
}

function compareLast(a: Last, b: Last): number {
  const { identity } = nodeCursorLayout
  return (
    a.instant - b.instant ||
    compareText(a.table.json, a.at + identity, b.table.json, b.at + identity)
  )
}

function compareIdentity(
  table: RowTable,
  row: number,
  instant: number,
  json: Uint8Array,
  at: number,
): number {
  const difference = (table.instants[row] ?? 0) - instant
  if (difference !== 0) return difference
  const { identity } = nodeCursorLayout
  const from = table.cursorStart(row) + identity
  for (let place = 0; place < 32; place++) {
    const order = (table.json[from + place] ?? 0) - (json[at + identity + place] ?? 0)
    if (order !== 0) return order
  }
  return 0
}

/** The page ends before `end`: a source that has told as far as that identity need not tell more. */
export function isAhead(last: Last, end: RowRef, newestFirst: boolean): boolean {
  const sign = newestFirst ? -1 : 1
  const { table } = end.stream
  return sign * compareIdentity(table, end.index, last.instant, last.table.json, last.at) > 0
}

export function boundaryAt({ table, at }: Last): RowKey {
  const { t, i, o, d } = keyAt(table.json, at, table.json.indexOf('"', at))
  return { t, i, o, d }
}
