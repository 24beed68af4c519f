import type { Logger, PartHealth } from '@kilde/service'
import type { PublicJwk } from '@kilde/trust'
import { createLog } from './create-log.js'
import { AuditError } from './errors.js'
import { type Disk, disk } from './files/disk.js'
import { openFileStore } from './files/file-store.js'
import { ownersFolder, usableFolder } from './files/folder.js'
import { deriveKeys, type KeyOptions } from './keys.js'
import type { PublishedLog } from './published.js'
import type { AuditQuery, FoundRecord } from './query.js'
import type { AuditConsistency, AuditReceipt, SignedTreeHead } from './receipt.js'
import type { AuditRecord } from './record.js'
import type { Retention } from './retention.js'

/** What every log takes, wherever it rests. */
export interface AuditLogParts extends KeyOptions {
  /**
   * Key of patient digests (32 bytes), where others make them too: a node's own digests of patients whom it does not know
   * must be found. Default: derived from `key`.
   */
  readonly digestKey?: Uint8Array
  readonly logger: Logger
  readonly now?: () => number
  /** After how long an append that is not yet durable is refused (milliseconds). Default 5 000 (5 seconds). */
  readonly timeoutMs?: number
  /** How often a log that cannot be written is tried again by itself (milliseconds). Default 2 000 (2 seconds). */
  readonly retryMs?: number
  /** How often a tree head is signed where records have come (milliseconds). Default 60 000 (1 minute). */
  readonly treeHeadMs?: number
  /** How long records are kept; looked at once a day. Default: for ever. */
  readonly retention?: Retention
}

export interface AuditLogOptions extends AuditLogParts {
  /** Folder for the logs of all owners; each owner has its own folder in it (0700, files 0600). */
  readonly directory: string
  /** Size at which a new file is begun (bytes). Default 16 777 216 (16 MiB). */
  readonly segmentBytes?: number
  /** Default: the machine's. */
  readonly disk?: Disk
}

/** The access log of one organisation: append-only, encrypted, chained, durable, and with a Merkle tree over its records. */
export interface AuditLog {
  readonly owner: string
  /**
   * Resolves only when the record is durable (fdatasync or commit; appends under way together share one).
   * @throws AuditError `AUDIT_UNAVAILABLE` (nothing may be given out), `AUDIT_RECORD_INVALID`
   */
  append(record: AuditRecord): Promise<void>
  /** Keyed digest of a patient identifier in token form (`system|value`), to look records up by. */
  patientDigest(identifier: string): string
  /**
   * The durable records that fit; each is opened when it is taken, so that a caller may stop early.
   * @throws AuditError `AUDIT_LOG_DAMAGED` at a record that is not what was written
   */
  find(query: AuditQuery): AsyncGenerator<FoundRecord>
  /**
   * Proof that a record stands in the log.
   * @param sequence as `find` tells it
   * @throws AuditError `AUDIT_RECORD_UNKNOWN` where there is none, or none any more
   */
  receipt(sequence: number): Promise<AuditReceipt>
  /** The log as it is now, signed and durable. */
  treeHead(): Promise<SignedTreeHead>
  /** Proof that the log has only grown since it had so many records. @throws AuditError `AUDIT_RECORD_UNKNOWN` */
  consistency(fromSize: number): Promise<AuditConsistency>
  /** Keys that tree heads of this log are or were signed with, by `kid`: to be published. */
  publicKeys(): readonly PublicJwk[]
  /** What everybody may be told of this log. */
  readonly published: PublishedLog
  /** Deletes what retention lets go, now instead of at the end of the day. @returns number of records deleted */
  prune(): Promise<number>
  /** Not ok from the first failed append until a write works again, which the log also tries by itself. */
  health(): PartHealth
  counts(): AuditCounts
  /** Writes what is waiting, then refuses further appends. */
  close(): Promise<void>
}

export interface AuditCounts {
  readonly appended: number
  readonly rejected: number
  /** How often records were made durable: group commit keeps it far below `appended` under load. */
  readonly syncs: number
}

/** @throws AuditError `AUDIT_LOG_DAMAGED`, `AUDIT_LOG_IN_USE`, `AUDIT_UNAVAILABLE` (the folder cannot be used) */
export async function openAuditLog(options: AuditLogOptions): Promise<AuditLog> {
  const parts = partsOf(options)
  const directory = ownersFolder(options.directory, options.owner)
  const release = await usableFolder(directory)
  try {
    const { segmentBytes = 16_777_216 } = options
    const store = await openFileStore({
      ...parts,
      directory,
      segmentBytes,
      disk: options.disk ?? disk,
    })
    return createLog(store, parts, release)
  } catch (error) {
    await release()
    throw error instanceof AuditError
      ? error
      : new AuditError('AUDIT_UNAVAILABLE', { cause: error })
  }
}

/** With defaults. */
export function partsOf(options: AuditLogParts) {
  const keys = deriveKeys(options)
  return {
    keys,
    digestKey: options.digestKey ?? keys.current.digest,
    logger: options.logger,
    now: options.now ?? Date.now,
    timeoutMs: options.timeoutMs ?? 5_000,
    retryMs: options.retryMs ?? 2_000,
    treeHeadMs: options.treeHeadMs ?? 60_000,
    retention: options.retention,
  }
}
