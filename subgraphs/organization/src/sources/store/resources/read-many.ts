import { pageOf } from '../../../classes/page.js'
import type { ResourceClass } from '../../../classes/resource-class.js'
import type { ClassPage, ClassQuestion, ClosedRows } from '../../source.js'
import type { Reading } from '../read.js'
import { mayBeClosed } from './may-be-closed.js'
import {
  type Held,
  MOST_RESOURCES,
  type PlacedResource,
  partsOf,
  rowsIn,
} from './read-resources.js'

/** Rows read at once. */
const AT_ONCE = 500

type Answer = Omit<ClassPage, 'known' | 'asOfMs'>

/**
 * A page of a class with many rows: in the order of their time, as far as the page needs, at most the newest or oldest 2,000. What
 * filters and blocks look at lies sealed, so that they are applied here, to what was read.
 */
export async function readMany(
  reading: Reading,
  of: Held,
  kind: ResourceClass,
  question: ClassQuestion,
): Promise<Answer> {
  const parts = await partsOf(reading, of)
  const closed = await mayBeClosed(reading, of, question, parts)
  const isWhole = question.count || closed.length > 0
  const rows: PlacedResource[] = []
  for (;;) {
    const chunk = await rowsIn(reading, of, { ...span(question, isWhole, rows.at(-1)) })
    rows.push(...chunk)
    const isEnd = chunk.length < AT_ONCE
    const settled = isEnd ? rows : beforeLast(rows)
    const page = pageOf(kind.assemble([...parts.slice(0, MOST_RESOURCES), ...settled]), question)
    const unclear = closed.filter((why) => !page.closedFor?.includes(why))
    const isEnough = page.more && !question.count && unclear.length === 0
    const isTruncated = parts.length > MOST_RESOURCES
    if (isEnd || isEnough) return { ...page, truncated: isTruncated }
    if (rows.length >= MOST_RESOURCES) return cutOff(page, unclear, isTruncated)
  }
}

/** Where the next rows are read. What is counted, or may be closed, is also what is no more on the page. */
function span(question: ClassQuestion, isWhole: boolean, last: PlacedResource | undefined) {
  const { order, fromMs, untilMs, after } = question
  const isNewest = order === 'NEWEST_FIRST'
  const start = isWhole ? undefined : after
  const from = start && !isNewest ? Math.max(fromMs ?? start.t, start.t) : fromMs
  const until = start && isNewest ? Math.min(untilMs ?? start.t + 1, start.t + 1) : untilMs
  return {
    ...{ order, fromMs: from, untilMs: until, limit: AT_ONCE },
    after: last && { t: last.t ?? 0, id: last.id },
  }
}

/** Rows of one instant are ordered by identity, which is sealed: of the last instant not all may have been read yet. */
function beforeLast(rows: readonly PlacedResource[]): readonly PlacedResource[] {
  const last = rows.at(-1)?.t
  return rows.filter(({ t }) => t !== last)
}

/** More are held than are looked at: the list goes on from the last row, or says that it is cut. */
function cutOff(
  { count: _count, ...page }: ReturnType<typeof pageOf>,
  unclear: readonly ClosedRows['why'][],
  isTruncated: boolean,
): Answer {
  const goesOn = page.rows.length > 0
  return {
    ...page,
    more: page.more || goesOn,
    truncated: isTruncated || !goesOn,
    // Not looked at to the end: what may be closed is told as closed.
    ...(page.closedFor && { closedFor: [...page.closedFor, ...unclear] }),
  }
}
