import type { NodeCursor } from '@kilde/contract'

/** What copies are compared by. */
export interface Keyed {
  readonly key: NodeCursor
}

/** One row to show: a representative, the copies joined to it, and what the merge found out about them. */
export interface JoinedRow<T extends Keyed> {
  readonly row: T
  /** Copies of the same row from other sources, with the row itself first. */
  readonly copies: readonly { readonly row: T; readonly superseded: boolean }[]
  /** Another source has the same version with other content: both are shown. */
  readonly conflict: boolean
}

/**
 * Joins rows of one identity (design.md §3, de-duplication). The owner's own row with the highest version governs: older
 * copies are joined to it as superseded, equal copies as copies. What differs is never merged: both are shown, flagged.
 * A source can only speak for itself: nobody else's word makes an owner's row, or anybody's, disappear.
 */
export function joinCopies<T extends Keyed>(group: readonly T[]): readonly JoinedRow<T>[] {
  const only = group[0]
  if (group.length === 1 && only)
    return [{ row: only, copies: [{ row: only, superseded: false }], conflict: false }]
  const governing = governingRow(group)
  const clusters: { row: T; copies: { row: T; superseded: boolean }[] }[] = governing
    ? [{ row: governing, copies: [{ row: governing, superseded: false }] }]
    : []
  for (const row of group) {
    if (row === governing) continue
    const same = clusters.find(
      (cluster) => isCopy(row, cluster.row) || isOlder(row, cluster.row, governing),
    )
    if (same) same.copies.push({ row, superseded: row.key.n < same.row.key.n })
    else clusters.push({ row, copies: [{ row, superseded: false }] })
  }
  return clusters.map((cluster) => ({ ...cluster, conflict: clusters.length > 1 }))
}

function governingRow<T extends Keyed>(group: readonly T[]): T | undefined {
  const own = group.filter(({ key }) => key.o === key.w)
  // Two organisations that both claim to be the owner: neither governs the other.
  if (new Set(own.map(({ key }) => key.o)).size !== 1) return undefined
  return own.reduce<T | undefined>(
    (best, row) => (best === undefined || row.key.n > best.key.n ? row : best),
    undefined,
  )
}

const isCopy = (row: Keyed, of: Keyed): boolean => row.key.n === of.key.n && row.key.c === of.key.c

const isOlder = (row: Keyed, than: Keyed, governing: Keyed | undefined): boolean =>
  than === governing && row.key.n < than.key.n && row.key.w === than.key.w
