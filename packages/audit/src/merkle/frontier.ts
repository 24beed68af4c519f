import { EMPTY_ROOT, hashNode } from './hash.js'

/** Right edge of a tree: all that must be known of it to go on. */
export interface Frontier {
  readonly size: number
  /** Roots of the perfect subtrees that the tree consists of, largest first. */
  readonly peaks: readonly Buffer[]
}

export const EMPTY_TREE: Frontier = { size: 0, peaks: [] }

/** The tree with one more leaf, and what is new to store: the leaf and each subtree that it completes, in the layout's order. */
export function grow(
  { size, peaks }: Frontier,
  leaf: Buffer,
): { readonly frontier: Frontier; readonly stored: readonly Buffer[] } {
  const stored = [leaf]
  const left = [...peaks]
  let hash = leaf
  for (let rest = size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
    hash = hashNode(left.pop() ?? EMPTY_ROOT, hash)
    stored.push(hash)
  }
  return { frontier: { size: size + 1, peaks: [...left, hash] }, stored }
}

export function rootOf({ peaks }: Frontier): Buffer {
  return fold(peaks) ?? EMPTY_ROOT
}

/** Joins neighbouring subtrees, largest first, into the hash of all their leaves. */
export function fold(hashes: readonly Buffer[]): Buffer | undefined {
  return hashes.reduceRight<Buffer | undefined>(
    (right, left) => (right ? hashNode(left, right) : left),
    undefined,
  )
}
