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
  // By version and content: a source with thousands of rows of one identity must not cost more than thousands of rows.
  const clusters = new Map<string, { row: T; copies: { row: T; superseded: boolean }[] }>()
  const add = (row: T): void => {
    const key = sameness(governing && isOlder(row, governing) ? governing : row)
    const same = clusters.get(key)
    if (same) same.copies.push({ row, superseded: row.key.n < same.row.key.n })
    else clusters.set(key, { row, copies: [{ row, superseded: false }] })
  }
  if (governing) add(governing)
  for (const row of group) if (row !== governing) add(row)
  const conflict = clusters.size > 1
  return [...clusters.values()].map((cluster) => ({ ...cluster, conflict }))
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

const sameness = ({ key }: Keyed): string => `${key.n} ${key.c}`

const isOlder = (row: Keyed, governing: Keyed): boolean =>
  row.key.n < governing.key.n && row.key.w === governing.key.w
