/**
 * Where hashes lie in a store that is only ever appended to: each leaf, followed by every perfect subtree that it completes.
 * Numbers are divided, never shifted: a shift would cut them to 32 bits.
 */

/** Place of the hash of the perfect subtree number `index` of 2^`level` leaves. */
export function placeOf(level: number, index: number): number {
  const lastLeaf = (index + 1) * 2 ** level - 1
  return countFor(lastLeaf) + level
}

/** Number of hashes that are stored for a tree of `size` leaves. */
export function countFor(size: number): number {
  let count = 0
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest
  return count
}

/** A perfect subtree: number `index` of those with 2^`level` leaves. */
export interface Subtree {
  readonly level: number
  readonly index: number
}

/** The perfect subtrees that leaves `from` up to `to` consist of, largest first; `from` is a multiple of the largest. */
export function subtreesOf(from: number, to: number): readonly Subtree[] {
  const subtrees: Subtree[] = []
  let at = from
  while (at < to) {
    const level = Math.floor(Math.log2(to - at))
    subtrees.push({ level, index: at / 2 ** level })
    at += 2 ** level
  }
  return subtrees
}

/** The largest power of two below `size` (RFC 6962 §2.1: where a tree of more than one leaf is split). */
export function splitOf(size: number): number {
  let split = 1
  while (split * 2 < size) split *= 2
  return split
}
