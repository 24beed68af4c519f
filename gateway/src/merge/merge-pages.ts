import { AFTER_ALL, BEFORE_ALL, compareKeys, type RowKey } from '@kilde/contract'
import type { CheckedRow, SourceAnswer } from '../transport/source-answer.js'
import { joinCopies, type MergedRow } from './copies.js'

export type Order = 'NEWEST_FIRST' | 'OLDEST_FIRST'

/** A row with the boundary after which the next page goes on. */
export interface PlacedRow extends MergedRow {
  readonly boundary: RowKey
}

export interface MergedPage {
  readonly rows: readonly PlacedRow[]
  readonly hasNextPage: boolean
}

/**
 * Merges the sources' pages of one field into one page of at most `first` rows, in one total order. A page is never cut
 * inside an identity, except that one identity with more rows than `first` is shown whole: else it would never be passed.
 */
export function mergePages(
  answers: readonly SourceAnswer[],
  field: number,
  first: number,
  order: Order,
): MergedPage {
  const sign = order === 'NEWEST_FIRST' ? -1 : 1
  const rows = answers.flatMap((answer) => answer.pages[field]?.rows ?? [])
  // Each source's rows are known to be in order: the sort finds those runs and merges them.
  const sorted = [...rows].sort((a, b) => sign * compareKeys(a.key, b.key))
  const groups = groupByIdentity(sorted)
  const safe = safeGroups(groups, frontier(answers, field, sign), sign)
  const page: PlacedRow[] = []
  let taken = 0
  for (const group of groups.slice(0, Math.max(safe, 1))) {
    const placed = place(joinCopies(group), group, order)
    if (page.length > 0 && page.length + placed.length > first) break
    page.push(...placed)
    taken += 1
  }
  return { rows: page, hasNextPage: taken < groups.length || sourcesHaveMore(answers, field) }
}

function groupByIdentity(sorted: readonly CheckedRow[]): CheckedRow[][] {
  const groups: CheckedRow[][] = []
  for (const row of sorted) {
    const current = groups.at(-1)
    const head = current?.[0]
    if (current && head && head.key.t === row.key.t && head.key.i === row.key.i) current.push(row)
    else groups.push([row])
  }
  return groups
}

/** The first place beyond which some source may hold rows that it has not sent: its last row, where it has more. */
function frontier(
  answers: readonly SourceAnswer[],
  field: number,
  sign: number,
): RowKey | undefined {
  const lasts = answers.flatMap((answer) => {
    const page = answer.pages[field]
    const last = page?.rows.at(-1)
    return page?.hasNextPage && last ? [last.key] : []
  })
  return lasts.sort((a, b) => sign * compareKeys(a, b))[0]
}

/** Groups up to and not including the frontier's own: a copy of that identity may still lie unsent at its source. */
function safeGroups(
  groups: readonly CheckedRow[][],
  limit: RowKey | undefined,
  sign: number,
): number {
  if (!limit) return groups.length
  const end = groups.findIndex(
    ([row]) => row !== undefined && sign * comparePlace(row.key, limit) >= 0,
  )
  return end < 0 ? groups.length : end
}

const comparePlace = (a: RowKey, b: RowKey): number =>
  compareKeys({ ...a, o: '', d: '' }, { ...b, o: '', d: '' })

const sourcesHaveMore = (answers: readonly SourceAnswer[], field: number): boolean =>
  answers.some((answer) => answer.pages[field]?.hasNextPage === true)

/** After the last row of an identity the whole identity is passed, also copies of it that come later at other sources. */
function place(
  merged: readonly MergedRow[],
  group: readonly CheckedRow[],
  order: Order,
): PlacedRow[] {
  const sentinel = order === 'NEWEST_FIRST' ? BEFORE_ALL : AFTER_ALL
  return merged.map((row, index) => {
    const { t, i, o, d } = row.row.key
    const last = index === merged.length - 1 || group.length === 1
    return { ...row, boundary: last ? { t, i, o: sentinel, d: sentinel } : { t, i, o, d } }
  })
}
