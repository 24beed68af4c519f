import { compareKeys } from '@kilde/contract'
import { joinCopies } from './copies.js'
import type { ValuedRow } from './fold-read.js'

/** A row that is counted. */
export interface CountedRow {
  readonly row: ValuedRow
  readonly value: number
  conflict: boolean
}

/**
 * Joins the copies among one bucket's rows; of what is withdrawn, or has no number, nothing is counted. In the order of keys:
 * no sum depends on who answered first.
 */
export function countRows(rows: readonly ValuedRow[]): readonly CountedRow[] {
  const ordered = rows.toSorted((a, b) => compareKeys(a.key, b.key))
  const counted: CountedRow[] = []
  for (let from = 0; from < ordered.length; ) {
    const group = identityFrom(ordered, from)
    from += group.length
    for (const { row, conflict } of joinCopies(group)) {
      if (isCounted(row)) counted.push({ row, value: row.value, conflict })
    }
  }
  return counted
}

/** The rows of one instant and identity, which stand side by side. */
function identityFrom(ordered: readonly ValuedRow[], from: number): readonly ValuedRow[] {
  const first = ordered[from]?.key
  let to = from + 1
  while (ordered[to]?.key.t === first?.t && ordered[to]?.key.i === first?.i) to += 1
  return ordered.slice(from, to)
}

/** Cancelled or entered in error, a row is no measurement any more. */
export const isCounted = (row: ValuedRow): row is ValuedRow & { readonly value: number } =>
  row.value !== null && row.key.s !== 'X' && row.key.s !== 'E'

/** Copies that another source puts at another instant are counted where each is: what differs is never merged, but it is said. */
export function markOtherInstants(counted: readonly CountedRow[]): void {
  const firsts = new Map<string, CountedRow>()
  const several = new Map<string, CountedRow[]>()
  for (const row of counted) {
    const { i } = row.row.key
    const first = firsts.get(i)
    if (!first) firsts.set(i, row)
    else {
      const same = several.get(i) ?? [first]
      same.push(row)
      several.set(i, same)
    }
  }
  for (const same of several.values()) markSame(same)
}

/** A source may send one identity thousands of times, so rows are not compared two by two. */
function markSame(same: readonly CountedRow[]): void {
  const tallies = new Map<string, number>()
  for (const row of same) {
    for (const key of tallyKeys(row)) tallies.set(key, (tallies.get(key) ?? 0) + 1)
  }
  for (const row of same) {
    const [here = 0, then = 0, both = 0] = tallyKeys(row).map((key) => tallies.get(key) ?? 0)
    // Rows that are neither of this organisation nor at this instant.
    row.conflict ||= same.length - here - then + both > 0
  }
}

const tallyKeys = ({ row: { key } }: CountedRow): readonly string[] => [
  key.o,
  `@${key.t}`,
  `${key.o}@${key.t}`,
]
