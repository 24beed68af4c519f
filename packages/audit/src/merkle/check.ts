import { EMPTY_ROOT, hashNode } from './hash.js'

export interface Inclusion {
  readonly leafIndex: number
  readonly treeSize: number
  readonly leafHash: Buffer
  readonly auditPath: readonly Buffer[]
  readonly rootHash: Buffer
}

/** RFC 9162 §2.1.3.2, which says for RFC 6962's proofs how they are verified. */
export function provesInclusion(proof: Inclusion): boolean {
  const { leafIndex, treeSize, auditPath } = proof
  if (!(leafIndex >= 0 && leafIndex < treeSize)) return false
  let node = leafIndex
  let last = treeSize - 1
  let hash = proof.leafHash
  for (const beside of auditPath) {
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      hash = hashNode(beside, hash)
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, half(last)]
    } else {
      hash = hashNode(hash, beside)
    }
    ;[node, last] = [half(node), half(last)]
  }
  return last === 0 && hash.equals(proof.rootHash)
}

export interface Consistency {
  readonly fromSize: number
  readonly fromRoot: Buffer
  readonly treeSize: number
  readonly rootHash: Buffer
  readonly path: readonly Buffer[]
}

/** RFC 9162 §2.1.4.2. */
export function provesConsistency(proof: Consistency): boolean {
  const { fromSize, fromRoot, treeSize, rootHash } = proof
  if (fromSize > treeSize || fromSize < 0) return false
  if (fromSize === 0) return proof.path.length === 0 && fromRoot.equals(EMPTY_ROOT)
  if (fromSize === treeSize) return proof.path.length === 0 && fromRoot.equals(rootHash)
  // A perfect tree is its own first node, which the verifier has and the proof leaves out.
  const path = isPowerOfTwo(fromSize) ? [fromRoot, ...proof.path] : proof.path
  let node = fromSize - 1
  let last = treeSize - 1
  while (node % 2 === 1) [node, last] = [half(node), half(last)]
  const [first, ...others] = path
  if (!first) return false
  let before = first
  let after = first
  for (const beside of others) {
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      before = hashNode(beside, before)
      after = hashNode(beside, after)
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, half(last)]
    } else {
      after = hashNode(after, beside)
    }
    ;[node, last] = [half(node), half(last)]
  }
  return last === 0 && before.equals(fromRoot) && after.equals(rootHash)
}

const half = (value: number): number => Math.floor(value / 2)

const isPowerOfTwo = (size: number): boolean => Number.isInteger(Math.log2(size))
