import { entryOf, unknownRecord } from './entry.js'
import type { LogKeys } from './keys.js'
import { consistencyProof, inclusionProof } from './merkle/proofs.js'
import type { AuditConsistency, AuditReceipt, SignedTreeHead } from './receipt.js'
import { createQueue } from './serial.js'
import type { LogStore } from './store.js'
import { signTreeHead } from './tree-head.js'

export interface Prover {
  treeHead(): Promise<SignedTreeHead>
  /** Signs a tree head where records have come since the last. */
  signNew(): Promise<void>
  receipt(sequence: number): Promise<AuditReceipt>
  consistency(fromSize: number): Promise<AuditConsistency>
}

/** Proofs about one log. Each tree head is durable before it is given out. */
export function createProver(store: LogStore, keys: LogKeys, now: () => number): Prover {
  const exclusively = createQueue()
  let newest: SignedTreeHead | undefined
  const current = (): Promise<SignedTreeHead> =>
    exclusively(async () => {
      const { tree } = await store.end()
      if (newest?.treeSize === tree.size) return newest
      const head = signTreeHead(keys, tree, now())
      await store.addTreeHead(head.jws, head.treeSize)
      newest = head
      return head
    })
  return {
    treeHead: current,
    async signNew() {
      const { tree } = await store.end()
      if (tree.size > (newest?.treeSize ?? 0)) await current()
    },
    async receipt(sequence) {
      if (!(Number.isSafeInteger(sequence) && sequence >= 1)) throw unknownRecord('sequence')
      const entry = entryOf(keys, await store.line(sequence))
      const isCovered = newest !== undefined && newest.treeSize >= sequence
      const treeHead = isCovered && newest ? newest : await current()
      const leafIndex = sequence - 1
      const path = await inclusionProof(leafIndex, treeHead.treeSize, store.hashes)
      return { leafIndex, entry: entry.toString('base64url'), auditPath: path.map(text), treeHead }
    },
    async consistency(fromSize) {
      const treeHead = await current()
      if (!(fromSize >= 0 && fromSize <= treeHead.treeSize)) throw unknownRecord('tree size')
      const path = await consistencyProof(fromSize, treeHead.treeSize, store.hashes)
      return { fromSize, path: path.map(text), treeHead }
    },
  }
}

const text = (hash: Buffer): string => hash.toString('base64url')
