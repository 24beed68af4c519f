import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { findRecords } from './create-log.js'
import { AuditError } from './errors.js'
import { findLines, lineOf } from './files/find.js'
import { ownersFolder } from './files/folder.js'
import { readHead } from './files/head.js'
import { readHash } from './files/tree-file.js'
import { newestTreeHead } from './files/tree-heads.js'
import { deriveKeys, type LogKeys } from './keys.js'
import { placeLine } from './line.js'
import type { AuditLog } from './log.js'
import { inclusionProof } from './merkle/proofs.js'
import { digestOfPatient } from './query.js'
import type { AuditReadOptions } from './read.js'
import type { AuditReceipt, SignedTreeHead } from './receipt.js'
import { openLine } from './seal.js'
import { readTreeHead } from './tree-head.js'

/** A log in files that another process writes: it can be looked through, and never changed. */
export interface AuditLookup extends Pick<AuditLog, 'owner' | 'patientDigest' | 'find'> {
  /** As `AuditLog.receipt`, under the newest signed tree head; undefined where none covers the record yet. */
  receipt(sequence: number): Promise<AuditReceipt | undefined>
}

export interface AuditLookupOptions extends AuditReadOptions {
  /** As in `AuditLogOptions`. */
  readonly digestKey?: Uint8Array
}

/** Reads what is durable, by the writer's own index. Nothing is opened until it is looked through. */
export function openAuditLookup(options: AuditLookupOptions): AuditLookup {
  const keys = deriveKeys(options)
  const directory = ownersFolder(options.directory, options.owner)
  const digestKey = options.digestKey ?? keys.current.digest
  const last = async (): Promise<number> => {
    const head = await readHead(directory, keys)
    if (head === 'forged') throw new AuditError('AUDIT_LOG_DAMAGED', { detail: 'head' })
    return head === 'absent' ? 0 : head.sequence
  }
  const treeHead = async (): Promise<SignedTreeHead | undefined> => {
    const jws = await newestTreeHead(directory)
    return jws === undefined ? undefined : readTreeHead(jws, keys.published)
  }
  return {
    owner: keys.owner,
    patientDigest: (identifier) => digestOfPatient(digestKey, identifier),
    async *find(query) {
      const durable = await last()
      const lines = {
        find: (index: Parameters<typeof findLines>[2]) => findLines(directory, durable, index),
      }
      yield* findRecords(lines, { keys, digestKey }, query)
    },
    async receipt(sequence) {
      const signed = await treeHead()
      if (!signed || signed.treeSize < sequence) return undefined
      const entry = entryIn(keys, await lineOf(directory, sequence))
      if (!entry) return undefined
      const path = await readTree(directory, sequence - 1, signed.treeSize)
      const auditPath = path.map((hash) => hash.toString('base64url'))
      const leafIndex = sequence - 1
      return { leafIndex, entry: entry.toString('base64url'), auditPath, treeHead: signed }
    },
  }
}

/** Undefined where the record is deleted, or does not open. */
function entryIn(keys: LogKeys, line: Buffer | undefined): Buffer | undefined {
  const placed = line && placeLine(line)
  const opened = placed && openLine(keys, placed)
  // Format 1 hashed the sealed line: its digest is the leaf's entry.
  return opened && (opened.entry ?? Buffer.from(placed.tip.hash, 'base64url'))
}

async function readTree(directory: string, leaf: number, size: number): Promise<readonly Buffer[]> {
  const file = await open(join(directory, 'tree'), 'r')
  try {
    return await inclusionProof(leaf, size, (places) =>
      Promise.all(places.map((place) => readHash(file, place))),
    )
  } finally {
    await file.close()
  }
}

/** Owners of the logs in a folder, in order; none where there is no such folder yet. */
export async function listAuditOwners(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isDirectory() && /^(\d{9}|[a-z]{1,32})$/.test(entry.name))
    .map(({ name }) => name)
    .filter((name) => name !== SECURITY)
    .sort()
}

/** Folder of the security log, beside those of owners. */
const SECURITY = 'security'
