import { createHash } from 'node:crypto'

/** RFC 6962 §2.1: leaves and nodes are hashed apart, so that no node can be taken for a leaf. */
const LEAF = Buffer.from([0])
const NODE = Buffer.from([1])

export const HASH_BYTES = 32

/** Root of the tree without leaves. */
export const EMPTY_ROOT: Buffer = createHash('sha256').digest()

export const hashLeaf = (entry: Uint8Array): Buffer =>
  createHash('sha256').update(LEAF).update(entry).digest()

export const hashNode = (left: Uint8Array, right: Uint8Array): Buffer =>
  createHash('sha256').update(NODE).update(left).update(right).digest()
