import { AFTER_ALL, BEFORE_ALL, type RowKey } from '@kilde/contract'
import { keyOf } from '../rows/compare-rows.js'
import { hasAnswered, type SourceAnswer } from '../transport/source-answer.js'
import type { CursorState } from './cursor.js'
import { beyondOf, boundaryAt, hasToldWhole, isAhead } from './frontier.js'
import type { UnionField } from './merge-plan.js'
import { type MergedRows, mergeRows, type ShownRow } from './merge-rows.js'
import { type Rivals, rivalsOf } from './rivals.js'
import type { AskedList } from './source-request.js'
import { SourceSet } from './source-set.js'
import { type Stream, StreamQueue } from './stream-queue.js'

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
    isBeyond: beyondOf(pages, list.newestFirst),
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

/**
 * Sources that may hold more of the page's first identity than they could be asked for. It is shown and passed all the same,
 * for a page that ended ahead of it would never get beyond it: so they are cut there.
 */
export function cutWithin(
  answers: readonly SourceAnswer[],
  { index }: UnionField,
  list: AskedList,
): ReadonlySet<string> {
  const pages = answers.flatMap((answer) => answer.pages[index] ?? [])
  if (list.rows === 0 || !pages.some((page) => page.hasNextPage)) return NOBODY
  const first = new StreamQueue(streamsOf(answers, index), list.newestFirst)
  if (first.isEmpty || !beyondOf(pages, list.newestFirst)(first.stream, first.index)) return NOBODY
  const cut = answers.filter(({ pages: own }) => {
    const page = own[index]
    return page !== undefined && !hasToldWhole(page, first, list.newestFirst)
  })
  return new Set(cut.map(({ organization }) => organization))
}

const NOBODY: ReadonlySet<string> = new Set()

function rulesOf(list: AskedList, marks: UnionField['marks']) {
  const { newestFirst, rows, shown } = list
  return { newestFirst, first: rows, shown, marks, skip: list.state?.skip ?? 0 }
}

function streamsOf(answers: readonly SourceAnswer[], index: number): readonly Stream[] {
  return answers.flatMap(({ organization, pages }) =>
    (pages[index]?.rows ?? []).map((table) => ({ organization, table })),
  )
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
