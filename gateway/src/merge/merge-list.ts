import {
  AFTER_ALL,
  BEFORE_ALL,
  nodeCursorLayout,
  parseBoundary,
  type RowKey,
} from '@kilde/contract'
import { compareText, keyAt, keyOf } from '../rows/compare-rows.js'
import type { RowTable } from '../rows/row-table.js'
import { hasAnswered, type SourceAnswer, type SourcePage } from '../transport/source-answer.js'
import type { CursorState } from './cursor.js'
import type { UnionField } from './merge-plan.js'
import { type MergedRows, mergeRows, type ShownRow } from './merge-rows.js'
import { type Rivals, rivalsOf } from './rivals.js'
import type { AskedList } from './source-request.js'
import { SourceSet } from './source-set.js'
import type { RowRef, Stream } from './stream-queue.js'

/** One page of a list of all sources. */
export interface MergedList extends MergedRows {
  readonly hasNextPage: boolean
  /** True where every row of every source was looked at: the whole list is on this page. */
  readonly isWhole: boolean
  /** Rows in force of which there should be one, on whatever page: empty where that was not asked. */
  readonly inForce: Rivals
}

export function mergeList(
  answers: readonly SourceAnswer[],
  { index, marks }: UnionField,
  list: AskedList,
): MergedList {
  const inForce = rivalsOf(answers, index)
  if (list.rows === 0) {
    return {
      inForce,
      rows: [],
      ended: 'ALL',
      next: undefined,
      passed: undefined,
      hasNextPage: false,
      isWhole: false,
    }
  }
  const pages = answers.flatMap((answer) => answer.pages[index] ?? [])
  const merged = mergeRows({
    ...rulesOf(list, marks),
    streams: streamsOf(answers, index),
    isBeyond: beyondOf(pages, list),
    isFinal: true,
    rivals: marks.rivals ? inForce : undefined,
  })
  const sourcesHaveMore = pages.some((page) => page.hasNextPage)
  const more = merged.ended !== 'ALL' || sourcesHaveMore
  const left =
    list.args.last === undefined || (list.state?.served ?? 0) + merged.rows.length < list.args.last
  const isWhole = !more && list.state === undefined
  return { ...merged, inForce, hasNextPage: more && left, isWhole }
}

/** Sources whose page ended ahead of the place where the merged page ends: only they are asked for more. */
export function ranOut(
  answers: readonly SourceAnswer[],
  { index }: UnionField,
  list: AskedList,
): readonly { readonly organization: string; readonly after: RowKey }[] {
  const waiting = answers.filter(({ pages }) => pages[index]?.hasNextPage)
  if (list.rows === 0 || waiting.length === 0) return []
  const { ended, next } = mergeRows({
    ...rulesOf(list, { conflict: false, duplicates: false, rivals: false }),
    streams: streamsOf(answers, index),
    isBeyond: () => false,
    isFinal: false,
  })
  const end = ended === 'ALL' ? undefined : next
  return waiting.flatMap(({ organization, pages }) => {
    const last = pages[index]?.last
    if (!last || (end && !isAhead(last, end, list.newestFirst))) return []
    return [{ organization, after: boundaryAt(last) }]
  })
}

function rulesOf(list: AskedList, marks: UnionField['marks']) {
  const { newestFirst, rows, shown } = list
  return { newestFirst, first: rows, shown, marks, skip: list.state?.skip ?? 0 }
}

function streamsOf(answers: readonly SourceAnswer[], index: number): readonly Stream[] {
  return answers.flatMap(({ organization, pages }) =>
    (pages[index]?.rows ?? []).map((table) => ({ organization, table })),
  )
}

type Last = NonNullable<SourcePage['last']>

/**
 * Tells which rows lie at or beyond the first place where some source, having more, stopped telling. Also the identity of that
 * place itself, unless each source that stopped there says that it has told it whole: another copy of it may still lie unsent.
 */
function beyondOf(
  pages: readonly SourcePage[],
  list: AskedList,
): (stream: Stream, index: number) => boolean {
  const sign = list.newestFirst ? -1 : 1
  let frontier: Last | undefined
  for (const { hasNextPage, last } of pages) {
    if (!hasNextPage || !last) continue
    if (!frontier || sign * compareLast(last, frontier) < 0) frontier = last
  }
  if (!frontier) return () => false
  const { instant, table, at } = frontier
  const least = pages.some((page) => stopsWithin(page, frontier, list)) ? 0 : 1
  return (stream, index) =>
    sign * compareIdentity(stream.table, index, instant, table.json, at) >= least
}

/** The source has more, stopped at this place, and does not say that it has told all of its instant and identity. */
function stopsWithin(page: SourcePage, place: Last, { newestFirst }: AskedList): boolean {
  const { hasNextPage, last, toldTo } = page
  if (!hasNextPage || last?.instant !== place.instant) return false
  const [{ t, i }, stopped] = [boundaryAt(place), boundaryAt(last)]
  if (stopped.i !== i) return false
  const told = parseBoundary(toldTo)
  const passed = newestFirst ? BEFORE_ALL : AFTER_ALL
  return told?.t !== t || told.i !== i || told.o !== passed || told.d !== passed
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
function isAhead(last: Last, end: RowRef, newestFirst: boolean): boolean {
  const sign = newestFirst ? -1 : 1
  const { table } = end.stream
  return sign * compareIdentity(table, end.index, last.instant, last.table.json, last.at) > 0
}

function boundaryAt({ table, at }: Last): RowKey {
  const { t, i, o, d } = keyAt(table.json, at, table.json.indexOf('"', at))
  return { t, i, o, d }
}

/**
 * The state after a shown row, for its cursor. After the last row of an identity the whole identity is passed, also copies of
 * it that come later at other sources; in its midst it is read again as a whole, and what was shown of it is passed over.
 */
export function stateAfter(
  row: Pick<ShownRow, 'stream' | 'index' | 'inGroup' | 'closesGroup'>,
  shown: number,
  list: AskedList,
  answers: readonly SourceAnswer[],
): CursorState {
  const { t, i } = keyOf(row.stream.table, row.index)
  const passed = row.closesGroup === list.newestFirst ? BEFORE_ALL : AFTER_ALL
  return {
    boundary: { t, i, o: passed, d: passed },
    skip: row.closesGroup ? 0 : row.inGroup,
    served: (list.state?.served ?? 0) + shown,
    failed: (list.state?.failed ?? SourceSet.empty).with(failedAmong(answers)),
  }
}

/** Nothing is missing of who was excluded, or held nothing. */
const isMeantSo = (reason: string | undefined): boolean =>
  reason === 'EXCLUDED' || reason === 'NOT_HELD'

/** Sources that this page lacks: also those that were not asked because they were being drained or paused. */
function failedAmong(answers: readonly SourceAnswer[]): readonly string[] {
  return answers
    .filter(({ status, reason }) => !hasAnswered(status) && !isMeantSo(reason))
    .map(({ organization }) => organization)
}
