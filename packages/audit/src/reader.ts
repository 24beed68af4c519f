import type { PublicJwk } from '@kilde/trust'
import { entryOf, unknownRecord } from './entry.js'
import { AuditError } from './errors.js'
import type { LogKeys } from './keys.js'
import { follow, START } from './line.js'
import { EMPTY_TREE, type Frontier, grow } from './merkle/frontier.js'
import { consistencyProof, inclusionProof } from './merkle/proofs.js'
import type { FoundRecord } from './query.js'
import { readStored } from './read-stored.js'
import type { AuditConsistency, AuditReceipt, SignedTreeHead } from './receipt.js'
import type { StoredLog } from './store.js'
import { signAs, signTreeHead } from './tree-head.js'
import { type AuditVerdict, verifyStored } from './verify.js'

/** A log as it rests, for whoever holds its key; it may be written meanwhile. */
export interface AuditReader {
  readonly owner: string
  publicKeys(): readonly PublicJwk[]
  verify(): Promise<AuditVerdict>
  /** Oldest first. @throws AuditError `AUDIT_LOG_DAMAGED` */
  records(): AsyncGenerator<FoundRecord>
  /**
   * Proofs about the log as it is now, under a tree head that is signed now.
   * @throws AuditError `AUDIT_LOG_DAMAGED`
   */
  prove(nowMs: number): Promise<StoredProofs>
  /** Signs a statement about the log, e.g. about an export: a compact JWS. */
  sign(typ: string, said: object): string
}

export interface StoredProofs {
  readonly treeHead: SignedTreeHead
  /** @throws AuditError `AUDIT_RECORD_UNKNOWN` */
  receipt(sequence: number): Promise<AuditReceipt>
  /** @throws AuditError `AUDIT_RECORD_UNKNOWN` */
  consistency(fromSize: number): Promise<AuditConsistency>
}

export function createReader(stored: StoredLog, keys: LogKeys): AuditReader {
  return {
    owner: keys.owner,
    publicKeys: () => keys.published,
    verify: () => verifyStored(stored, keys),
    records: () => readStored(stored, keys),
    prove: (nowMs) => prove(stored, keys, nowMs),
    sign: (typ, said) => signAs(keys, typ, said),
  }
}

async function prove(stored: StoredLog, keys: LogKeys, nowMs: number): Promise<StoredProofs> {
  const { tree, hashes } = await treeOf(stored)
  const treeHead = signTreeHead(keys, tree, nowMs)
  const read = async (places: readonly number[]) =>
    places.map((place) => hashes[place] ?? Buffer.alloc(0))
  return {
    treeHead,
    async receipt(sequence) {
      if (!(Number.isInteger(sequence) && sequence >= 1 && sequence <= tree.size))
        throw unknownRecord('sequence')
      const entry = entryOf(keys, await lineAt(stored, sequence))
      const leafIndex = sequence - 1
      const path = await inclusionProof(leafIndex, tree.size, read)
      return { leafIndex, entry: text(entry), auditPath: path.map(text), treeHead }
    },
    async consistency(fromSize) {
      if (!(Number.isInteger(fromSize) && fromSize >= 0 && fromSize <= tree.size))
        throw unknownRecord('tree size')
      const path = await consistencyProof(fromSize, tree.size, read)
      return { fromSize, path: path.map(text), treeHead }
    },
  }
}

/** As far as the head says: what stands behind it may not be durable yet, and a tree head must stay true. */
async function treeOf(stored: StoredLog): Promise<{ tree: Frontier; hashes: readonly Buffer[] }> {
  const head = await stored.head()
  if (typeof head === 'string') throw damaged(`head is ${head}`)
  const hashes: Buffer[] = []
  let tree = EMPTY_TREE
  let tip = START
  if (head.sequence === 0) return { tree, hashes }
  for await (const bytes of stored.lines()) {
    const placed = follow(tip, bytes)
    if (!placed) throw damaged(`record ${tip.sequence + 1}`)
    const grown = grow(tree, placed.leaf)
    hashes.push(...grown.stored)
    tree = grown.frontier
    tip = placed.tip
    if (tip.sequence === head.sequence) return { tree, hashes }
  }
  throw damaged(`ends after record ${tip.sequence}`)
}

async function lineAt(stored: StoredLog, sequence: number): Promise<Buffer | undefined> {
  for await (const bytes of stored.lines(sequence - 1)) return bytes
  return undefined
}

const text = (bytes: Buffer): string => bytes.toString('base64url')
const damaged = (detail: string) => new AuditError('AUDIT_LOG_DAMAGED', { detail })
