import { compareKeys, statusLetters } from '@kilde/contract'
import {
  identityOf,
  isSameContent,
  isSameIdentity,
  keyOf,
  rowIdAt,
  statusAt,
} from '../rows/compare-rows.js'
import { joinCopies, type Keyed } from './copies.js'
import { besides, type Rivals } from './rivals.js'
import { type RowRef, type Stream, StreamQueue } from './stream-queue.js'

/** A row to show, with what the merge found out about it. */
export interface ShownRow extends RowRef {
  /** All copies of it, itself first; undefined where it is the only one. */
  readonly copies: readonly (RowRef & { readonly superseded: boolean })[] | undefined
  /** Another source has it otherwise: both are shown. */
  conflict: boolean
  /** Ids of rows of other sources that may be the same measurement. */
  duplicates: readonly string[] | undefined
  /** Ids of rows that are in force beside it, though a patient has one at most. */
  rivals: readonly string[] | undefined
  /** How many rows of its identity are shown up to this one, and whether it is the last of them. */
  readonly inGroup: number
  readonly closesGroup: boolean
}

export interface RowsToMerge {
  readonly streams: readonly Stream[]
  readonly newestFirst: boolean
  /** Most rows to show. */
  readonly first: number
  /** So many rows of the first identity were shown on the page before. */
  readonly skip: number
  /** There will not be another round: then one identity is shown even where a source may hold more of it. */
  readonly isFinal: boolean
  /** Status letters (ASCII) of rows to show. */
  readonly shown: ReadonlySet<number>
  /** True where a group lies beyond the place up to which all sources have told what they hold. */
  readonly isBeyond: (stream: Stream, index: number) => boolean
  readonly marks: { readonly conflict: boolean; readonly duplicates: boolean }
  /** Rows in force of which there should be one; undefined where rows are not marked with them. */
  readonly rivals?: Rivals | undefined
}

export interface MergedRows {
  readonly rows: readonly ShownRow[]
  /** How the merge ended: all rows were passed, the page was full, or sources had not told more. */
  readonly ended: 'ALL' | 'FULL' | 'BEYOND'
  /** Where it stopped: the first row that is not in the page. */
  readonly next: RowRef | undefined
  /** The last row that was shown; where none is, the last that was passed. */
  readonly passed: RowRef | undefined
}

/**
 * Merges the sources' rows of one list into at most `first` rows, in one total order. A page is never cut inside an identity,
 * except that one identity with more rows than `first` is shown whole: else it would never be passed.
 */
export function mergeRows(merge: RowsToMerge): MergedRows {
  const queue = new StreamQueue(merge.streams, merge.newestFirst)
  const rows: ShownRow[] = []
  let passed: RowRef | undefined
  const end = (ended: MergedRows['ended'], next: RowRef | undefined): MergedRows => {
    addMarks(rows, merge.marks)
    if (merge.rivals) markRivals(rows, merge.rivals)
    return { rows, ended, next, passed }
  }
  while (!queue.isEmpty) {
    const { stream, index } = queue
    const mustPass = merge.isFinal && passed === undefined
    if (!mustPass && merge.isBeyond(stream, index)) return end('BEYOND', { stream, index })
    const group = queue.takeIdentity()
    const isFirst = passed === undefined
    if (!group && !(isFirst && merge.skip > 0)) {
      // By far the most rows are the only one of their identity: no list is made for them.
      if (merge.shown.has(statusAt(stream.table, index))) {
        if (rows.length >= merge.first) return end('FULL', { stream, index })
        rows.push(alone(stream, index))
      }
      passed = rows[rows.length - 1] ?? { stream, index }
      continue
    }
    const all = showGroup(group ?? [{ stream, index }], merge)
    const shown = isFirst ? all.slice(merge.skip) : all
    if (rows.length > 0 && rows.length + shown.length > merge.first) {
      return end('FULL', { stream, index })
    }
    for (const row of shown) rows.push(row)
    passed = group?.at(-1) ?? { stream, index }
  }
  return end('ALL', undefined)
}

const alone = (stream: Stream, index: number): ShownRow => ({
  stream,
  index,
  copies: undefined,
  conflict: false,
  duplicates: undefined,
  rivals: undefined,
  inGroup: 1,
  closesGroup: true,
})

function showGroup(
  group: readonly RowRef[],
  { shown, newestFirst }: RowsToMerge,
): readonly ShownRow[] {
  const keyed = group
    .map((row) => ({ ...row, key: keyOf(row.stream.table, row.index) }))
    // What governs must not depend on the direction in which the list is read.
    .sort((a, b) => compareKeys(a.key, b.key))
  const sign = newestFirst ? -1 : 1
  const visible = joinCopies<Keyed & RowRef>(keyed)
    .filter(({ row }) => shown.has(row.key.s.charCodeAt(0)))
    .sort((a, b) => sign * compareKeys(a.row.key, b.row.key))
  return visible.map(({ row, copies, conflict }, index) => ({
    stream: row.stream,
    index: row.index,
    copies: copies.map(({ row: copy, superseded }) => ({
      stream: copy.stream,
      index: copy.index,
      superseded,
    })),
    conflict,
    duplicates: undefined,
    rivals: undefined,
    inGroup: index + 1,
    closesGroup: index === visible.length - 1,
  }))
}

/** Marks that need a look at the page's other rows. */
function addMarks(rows: readonly ShownRow[], marks: RowsToMerge['marks']): void {
  if (marks.conflict) markOtherInstants(rows)
  if (marks.duplicates) markDuplicates(rows)
}

function markRivals(rows: readonly ShownRow[], rivals: Rivals): void {
  for (const row of rows) {
    const { table } = row.stream
    const isActive = statusAt(table, row.index) === ACTIVE
    const others = besides(rivals, identityOf(table, row.index), isActive)
    if (others.length > 0) row.rivals = others
  }
}

const ACTIVE = statusLetters.ACTIVE.charCodeAt(0)

/** Copies that were put at another instant are rows of their own: what differs is never merged, but it is said. */
function markOtherInstants(rows: readonly ShownRow[]): void {
  const byIdentity = new Map<string, ShownRow[]>()
  for (const row of rows) {
    const identity = identityOf(row.stream.table, row.index)
    const same = byIdentity.get(identity)
    if (same) same.push(row)
    else byIdentity.set(identity, [row])
  }
  for (const same of byIdentity.values()) {
    if (same.length < 2) continue
    for (const row of same) row.conflict ||= same.some((other) => isElsewhere(row, other))
  }
}

const instantOf = ({ stream, index }: RowRef): number | undefined => stream.table.instants[index]

const isElsewhere = (row: RowRef, other: RowRef): boolean =>
  row.stream.organization !== other.stream.organization && instantOf(row) !== instantOf(other)

/** Rows with one instant stand side by side. */
function markDuplicates(rows: readonly ShownRow[]): void {
  for (let start = 0; start < rows.length; ) {
    let end = start + 1
    while (end < rows.length && instantOf(rows[end] as RowRef) === instantOf(rows[start] as RowRef))
      end += 1
    if (end - start > 1) markAmong(rows.slice(start, end))
    start = end
  }
}

function markAmong(same: readonly ShownRow[]): void {
  for (const row of same) {
    const others = same.filter((other) => mayBeSame(row, other))
    if (others.length > 0) {
      row.duplicates = others.map(({ stream, index }) => rowIdAt(stream.table, index))
    }
  }
}

function mayBeSame(row: RowRef, other: RowRef): boolean {
  const [a, b] = [row.stream, other.stream]
  return (
    a.organization !== b.organization &&
    isSameContent(a.table, row.index, b.table, other.index) &&
    !isSameIdentity(a.table, row.index, b.table, other.index)
  )
}
