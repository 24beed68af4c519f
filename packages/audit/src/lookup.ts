import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { entryIn } from './entry.js'
import { AuditError } from './errors.js'
import { findLines, lineOf } from './files/find.js'
import { ownersFolder } from './files/folder.js'
import { readHead } from './files/head.js'
import { readHash } from './files/tree-file.js'
import { newestTreeHead } from './files/tree-heads.js'
import { indexQuery, openFitting } from './find.js'
import { indexId } from './index-keys.js'
import { deriveKeys } from './keys.js'
import type { AuditLog } from './log.js'
import { inclusionProof, type ReadHashes } from './merkle/proofs.js'
import { createPublished, type PublishedLog } from './published.js'
import { type AuditQuery, digestOfPatient, fits } from './query.js'
import type { AuditReadOptions } from './read.js'
import type { AuditReceipt } from './receipt.js'

/** A log in files that another process writes: it can be looked through, and never changed. */
export interface AuditLookup extends Pick<AuditLog, 'owner' | 'find'> {
  /**
   * As `AuditLog.patientDigest`, and the digest of every earlier key beside it: the writer makes its indexes again only when
   * it opens the log.
   */
  patientDigest(identifier: string): string
  /** As `AuditLog.receipt`, under the newest signed tree head; undefined where none covers the record yet. */
  receipt(sequence: number): Promise<AuditReceipt | undefined>
  readonly published: PublishedLog
}

export interface AuditLookupOptions extends AuditReadOptions {
  /** As in `AuditLogOptions`. */
  readonly digestKey?: Uint8Array
}

/** Reads what is durable, by the writer's own index. Nothing is opened until it is looked through. */
export function openAuditLookup(options: AuditLookupOptions): AuditLookup {
  const keys = deriveKeys(options)
  const directory = ownersFolder(options.directory, options.owner)
  const digestKeys = options.digestKey ? [options.digestKey] : keys.all.map(({ digest }) => digest)
  const last = async (): Promise<number> => {
    const head = await readHead(directory, keys)
    if (head === 'forged') throw new AuditError('AUDIT_LOG_DAMAGED', { detail: 'head' })
    return head === 'absent' ? 0 : head.sequence
  }
  const hashes = readHashes(directory)
  const published = createPublished(keys, {
    newestTreeHead: () => newestTreeHead(directory),
    hashes,
  })
  return {
    owner: keys.owner,
    published,
    patientDigest: (identifier) =>
      digestKeys.map((key) => digestOfPatient(key, identifier)).join(' '),
    async *find(query) {
      const asked = byKey(query, digestKeys)
      const queries = asked.map(({ key, own }) => {
        return [indexId(key).toString('hex'), indexQuery(own, key)] as const
      })
      const newestFirst = query.order !== 'OLDEST_FIRST'
      const lines = findLines(directory, await last(), new Map(queries), newestFirst)
      yield* openFitting(lines, keys, (record) =>
        asked.some(({ key, own }) => fits(record, own, key)),
      )
    },
    async receipt(sequence) {
      const signed = await published.newestTreeHead()
      if (!signed || signed.treeSize < sequence) return undefined
      const entry = entryIn(keys, await lineOf(directory, sequence))
      if (!entry) return undefined
      const leafIndex = sequence - 1
      const path = await inclusionProof(leafIndex, signed.treeSize, hashes)
      const auditPath = path.map((hash) => hash.toString('base64url'))
      return { leafIndex, entry: entry.toString('base64url'), auditPath, treeHead: signed }
    },
  }
}

/** The same query by each key, the current one first. A digest of one key alone is looked for by that key. */
function byKey(query: AuditQuery, digestKeys: readonly Uint8Array[]) {
  const { patientDigest, ...rest } = query
  const digests = patientDigest?.split(' ')
  return digestKeys.flatMap((key, at) => {
    const digest = digests?.[at]
    if (digests && digest === undefined) return []
    return [{ key, own: digest === undefined ? rest : { ...rest, patientDigest: digest } }]
  })
}

const readHashes =
  (directory: string): ReadHashes =>
  async (places) => {
    const file = await open(join(directory, 'tree'), 'r')
    try {
      return await Promise.all(places.map((place) => readHash(file, place)))
    } finally {
      await file.close()
    }
  }

/** Owners of the logs in a folder, in order; none where there is no such folder yet. */
export async function listAuditOwners(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      // A folder that cannot be read is no folder without logs.
      if (error.code === 'ENOENT') return []
      throw error
    },
  )
  return entries
    .filter((entry) => entry.isDirectory() && /^(\d{9}|[a-z]{1,32})$/.test(entry.name))
    .map(({ name }) => name)
    .filter((name) => name !== SECURITY)
    .sort()
}

/** Folder of the security log, beside those of owners. */
const SECURITY = 'security'
