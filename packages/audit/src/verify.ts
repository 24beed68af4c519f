import type { LogKeys } from './keys.js'
import { follow, START } from './line.js'
import { EMPTY_TREE, type Frontier, grow, rootOf } from './merkle/frontier.js'
import type { SignedTreeHead } from './receipt.js'
import { isRightlyDeleted, openLine } from './seal.js'
import type { StoredLog } from './store.js'
import { readTreeHead } from './tree-head.js'

export interface AuditVerdict {
  /** Good records before the first bad one; those whose time of retention has ended count. */
  readonly records: number
  /** How many of them were deleted, by whoever holds the log's key, when their time of retention had ended. */
  readonly deleted: number
  readonly ok: boolean
  /** Number of the first record that was changed, is missing, stands in another place or opens with another key. */
  readonly firstBad?: number
  /** Number of signed tree heads that the records were held against. */
  readonly treeHeads: number
  /** Merkle tree hash over the good records (RFC 6962), base64url. */
  readonly rootHash: string
}

interface Found {
  readonly deleted: number
  readonly treeHeads: number
  readonly tree: Frontier
}

/**
 * Checks a whole log as it lies there, believing nothing: every record in its place, none changed, none missing, the end as
 * far as the head says, and every tree head that was ever signed still true.
 */
export async function verifyStored(stored: StoredLog, keys: LogKeys): Promise<AuditVerdict> {
  const head = await stored.head()
  const heads = treeHeadsOf(stored, keys)
  const found = { deleted: 0, treeHeads: 0, tree: EMPTY_TREE }
  const bad = (): AuditVerdict => ({ ...verdict(found), ok: false, firstBad: found.tree.size + 1 })
  if (typeof head === 'string') return bad()
  let next = await heads.next()
  const holdsSoFar = async (): Promise<boolean> => {
    while (!next.done && next.value.treeSize === found.tree.size) {
      if (next.value.rootHash !== rootOf(found.tree).toString('base64url')) return false
      found.treeHeads += 1
      next = await heads.next()
    }
    return next.done === true || next.value.treeSize > found.tree.size
  }
  let tip = START
  if (!(await holdsSoFar())) return bad()
  for await (const bytes of stored.lines()) {
    const placed = follow(tip, bytes)
    if (!placed) return bad()
    const deleted = isRightlyDeleted(keys, placed.line)
    if (!deleted && !openLine(keys, placed)) return bad()
    tip = placed.tip
    if (tip.sequence === head.sequence && tip.hash !== head.hash) return bad()
    const before = found.tree
    found.tree = grow(found.tree, placed.leaf).frontier
    if (!(await holdsSoFar())) {
      found.tree = before
      return bad()
    }
    if (deleted) found.deleted += 1
  }
  // A record or a signed tree head beyond the end: something was taken away.
  if (tip.sequence < head.sequence || next.done !== true) return bad()
  return { ...verdict(found), ok: true }
}

const verdict = ({ deleted, treeHeads, tree }: Found) => ({
  records: tree.size,
  deleted,
  treeHeads,
  rootHash: rootOf(tree).toString('base64url'),
})

/** Tree heads of this log; one that is not, or is signed by nobody known, is told as one that cannot be true. */
async function* treeHeadsOf(stored: StoredLog, keys: LogKeys): AsyncGenerator<SignedTreeHead> {
  for await (const jws of stored.treeHeads()) yield readHead(jws, keys)
}

function readHead(jws: string, keys: LogKeys): SignedTreeHead {
  const untrue = { log: keys.owner, treeSize: -1, timestamp: 0, rootHash: '', jws }
  try {
    const head = readTreeHead(jws, keys.published)
    return head.log === keys.owner ? head : untrue
  } catch {
    return untrue
  }
}
