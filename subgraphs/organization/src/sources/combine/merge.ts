import { compareRows } from '../rows/held-row.js'
import type { Page, PageQuestion, SourceRow } from '../source.js'

type Placed = Pick<SourceRow, 't' | 'identity' | 'id'>

/** One source's part of a list: its rows in order, and whether others follow. */
export interface Part<Row extends Placed> {
  readonly rows: readonly Row[]
  readonly more: boolean
}

export interface Merged<Row extends Placed> {
  /** In order, as far as every source has told: behind the last row of one that has more, nothing is known of it. */
  readonly rows: readonly Row[]
  /** Whether a source has more behind these. */
  readonly more: boolean
}

export function mergeRows<Row extends Placed>(
  parts: readonly Part<Row>[],
  order: PageQuestion['order'],
): Merged<Row> {
  const sign = order === 'NEWEST_FIRST' ? -1 : 1
  const compare = (a: Placed, b: Placed): number => sign * compareRows(a, b)
  const sorted = parts.flatMap(({ rows }) => rows).sort(compare)
  // One record of a server may have several of a patient's numbers: it is found under each.
  const all = sorted.filter(({ id }, index) => id !== sorted[index - 1]?.id)
  const ends = parts.flatMap(({ rows, more }) => (more ? [rows.at(-1)] : []))
  const rows = all.filter((row) => ends.every((end) => end && compare(row, end) <= 0))
  return { rows, more: ends.length > 0 || rows.length < all.length }
}

/** A page of what was merged. */
export function cut<Row extends Placed>(
  { rows, more }: Merged<Row>,
  limit: number,
): Pick<Page, 'more' | 'endsIdentity'> & { readonly rows: readonly Row[] } {
  const [last, next] = [rows[limit - 1], rows[limit]]
  return {
    rows: rows.slice(0, limit),
    more: next !== undefined || more,
    ...(last && next && { endsIdentity: last.t !== next.t || last.identity !== next.identity }),
  }
}
