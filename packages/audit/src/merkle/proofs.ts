import { type Frontier, fold } from './frontier.js'
import { EMPTY_ROOT } from './hash.js'
import { placeOf, type Subtree, splitOf, subtreesOf } from './layout.js'

/** Reads stored hashes by their places in the layout. */
export type ReadHashes = (places: readonly number[]) => Promise<readonly Buffer[]>

/** Leaves `from` up to `to`. */
type Range = readonly [from: number, to: number]

export async function frontierOf(size: number, read: ReadHashes): Promise<Frontier> {
  return { size, peaks: await read(subtreesOf(0, size).map(place)) }
}

/** RFC 6962 §2.1.1: what stands beside leaf `index` on its way up to the root of the first `size` leaves. */
export async function inclusionProof(
  index: number,
  size: number,
  read: ReadHashes,
): Promise<readonly Buffer[]> {
  if (index < 0 || index >= size) throw new RangeError('no such leaf in this tree')
  return hashesOf(besideLeaf(index, [0, size]), read)
}

/** RFC 6962 §2.1.2: shows that the first `from` leaves of the tree of `size` leaves are the tree of `from` leaves. */
export async function consistencyProof(
  from: number,
  size: number,
  read: ReadHashes,
): Promise<readonly Buffer[]> {
  if (from < 0 || from > size) throw new RangeError('no such tree before this one')
  return from === 0 || from === size ? [] : hashesOf(subProof(from, [0, size], true), read)
}

function besideLeaf(index: number, [from, to]: Range): readonly Range[] {
  if (to - from === 1) return []
  const middle = from + splitOf(to - from)
  return index < middle
    ? [...besideLeaf(index, [from, middle]), [middle, to]]
    : [...besideLeaf(index, [middle, to]), [from, middle]]
}

/** SUBPROOF of the RFC; `whole` says that what is left is the old tree itself, whose root the verifier has. */
function subProof(end: number, [from, to]: Range, whole: boolean): readonly Range[] {
  if (end === to) return whole ? [] : [[from, to]]
  const middle = from + splitOf(to - from)
  return end <= middle
    ? [...subProof(end, [from, middle], whole), [middle, to]]
    : [...subProof(end, [middle, to], false), [from, middle]]
}

/** All hashes of a proof in one read. */
async function hashesOf(ranges: readonly Range[], read: ReadHashes): Promise<readonly Buffer[]> {
  const parts = ranges.map(([from, to]) => subtreesOf(from, to))
  const hashes = await read(parts.flat().map(place))
  let at = 0
  return parts.map((part) => {
    const own = hashes.slice(at, at + part.length)
    at += part.length
    return fold(own) ?? EMPTY_ROOT
  })
}

const place = ({ level, index }: Subtree): number => placeOf(level, index)
