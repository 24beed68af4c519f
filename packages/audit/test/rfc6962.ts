import { createHash } from 'node:crypto'

// Written from the text of RFC 6962 §2.1 alone, by recursion as it stands there, and sharing nothing with src/merkle: what
// both agree on is the RFC's tree.

const sha256 = (...parts: readonly Uint8Array[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()

/** The largest power of two smaller than n: k < n <= 2k. */
function largestPowerBelow(n: number): number {
  let k = 1
  while (2 * k < n) k = 2 * k
  return k
}

/** MTH(D[n]). */
export function treeHash(entries: readonly Uint8Array[]): Buffer {
  const n = entries.length
  if (n === 0) return sha256()
  if (n === 1) return sha256(Buffer.from([0x00]), entries[0] ?? Buffer.alloc(0))
  const k = largestPowerBelow(n)
  return sha256(Buffer.from([0x01]), treeHash(entries.slice(0, k)), treeHash(entries.slice(k)))
}

/** PATH(m, D[n]). */
export function path(m: number, entries: readonly Uint8Array[]): readonly Buffer[] {
  const n = entries.length
  if (n === 1) return []
  const k = largestPowerBelow(n)
  return m < k
    ? [...path(m, entries.slice(0, k)), treeHash(entries.slice(k))]
    : [...path(m - k, entries.slice(k)), treeHash(entries.slice(0, k))]
}

/** PROOF(m, D[n]), and SUBPROOF(m, D[n], b). */
export function proof(m: number, entries: readonly Uint8Array[], b = true): readonly Buffer[] {
  const n = entries.length
  if (m === n) return b ? [] : [treeHash(entries)]
  const k = largestPowerBelow(n)
  return m <= k
    ? [...proof(m, entries.slice(0, k), b), treeHash(entries.slice(k))]
    : [...proof(m - k, entries.slice(k), false), treeHash(entries.slice(0, k))]
}

/** Root that a leaf and its path lead to, by following PATH backwards. */
export function rootFrom(
  m: number,
  n: number,
  entry: Uint8Array,
  auditPath: readonly Uint8Array[],
): Buffer {
  if (n === 1) {
    if (auditPath.length > 0) throw new Error('the path is too long')
    return sha256(Buffer.from([0x00]), entry)
  }
  const beside = auditPath.at(-1)
  if (!beside) throw new Error('the path is too short')
  const k = largestPowerBelow(n)
  const rest = auditPath.slice(0, -1)
  return m < k
    ? sha256(Buffer.from([0x01]), rootFrom(m, k, entry, rest), beside)
    : sha256(Buffer.from([0x01]), beside, rootFrom(m - k, n - k, entry, rest))
}

/** Old and new root that a consistency proof leads to, by following SUBPROOF backwards. */
export function rootsFrom(
  m: number,
  n: number,
  oldRoot: Uint8Array,
  hashes: readonly Uint8Array[],
  b = true,
): readonly [before: Buffer, after: Buffer] {
  if (m === n) {
    if (b) return [Buffer.from(oldRoot), Buffer.from(oldRoot)]
    const only = Buffer.from(hashes[0] ?? [])
    return [only, only]
  }
  const beside = hashes.at(-1)
  if (!beside) throw new Error('the proof is too short')
  const k = largestPowerBelow(n)
  const rest = hashes.slice(0, -1)
  if (m <= k) {
    const [before, after] = rootsFrom(m, k, oldRoot, rest, b)
    return [before, sha256(Buffer.from([0x01]), after, beside)]
  }
  const [before, after] = rootsFrom(m - k, n - k, oldRoot, rest, false)
  return [sha256(Buffer.from([0x01]), beside, before), sha256(Buffer.from([0x01]), beside, after)]
}
