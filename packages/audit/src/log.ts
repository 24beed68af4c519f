import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger, PartHealth } from '@kilde/service'
import { AuditError } from './errors.js'
import { GroupCommit } from './group-commit.js'
import { placeHead } from './head.js'
import { lock } from './lock.js'
import { type AuditQuery, digestOfPatient, type FoundRecord } from './query.js'
import { type AuditRecord, checkRecord } from './record.js'
import { recover } from './recover.js'
import { scan } from './scan.js'
import { deriveKeys } from './seal.js'
import { createWriter } from './writer.js'

export interface AuditLogOptions {
  /** Folder for the logs of all owners; each owner has its own folder in it (0700, files 0600). */
  readonly directory: string
  /** Organisation number of whom the log belongs to, or a word for those who belong to none, e.g. `citizens`. */
  readonly owner: string
  /** 32 bytes. The owner's own key is derived from it, so one may serve many owners. */
  readonly key: Uint8Array
  readonly logger: Logger
  readonly now?: () => number
  /** After how long an append that is not yet durable is refused (milliseconds). Default 5 000 (5 seconds). */
  readonly timeoutMs?: number
  /** How often a log that cannot be written is tried again by itself (milliseconds). Default 2 000 (2 seconds). */
  readonly retryMs?: number
  /** Size at which a new file is begun (bytes). Default 16 777 216 (16 MiB). */
  readonly segmentBytes?: number
  /**
   * Key of patient digests (32 bytes), where others make them too: a node's own digests of patients whom it does not know
   * must be found. Default: derived from `key`.
   */
  readonly digestKey?: Uint8Array
}

/** The access log of one organisation: append-only, encrypted, chained, durable. */
export interface AuditLog {
  /**
   * Resolves only when the record is on the disk (fdatasync; appends under way together share one).
   * @throws AuditError `AUDIT_UNAVAILABLE` (nothing may be given out), `AUDIT_RECORD_INVALID`
   */
  append(record: AuditRecord): Promise<void>
  /** Keyed digest of a patient identifier in token form (`system|value`), to look records up by. */
  patientDigest(identifier: string): string
  /**
   * The durable records that fit; each is checked and opened when it is taken, so that a caller may stop early.
   * @throws AuditError `AUDIT_LOG_DAMAGED` at a record that is not what was written
   */
  find(query: AuditQuery): AsyncGenerator<FoundRecord>
  /** Not ok from the first failed append until a write works again, which the log also tries by itself. */
  health(): PartHealth
  counts(): AuditCounts
  /** Writes what is waiting, then refuses further appends. */
  close(): Promise<void>
}

export interface AuditCounts {
  readonly appended: number
  readonly rejected: number
  /** Number of fdatasync calls: group commit keeps it far below `appended` under load. */
  readonly syncs: number
}

/** @throws AuditError `AUDIT_LOG_DAMAGED`, `AUDIT_LOG_IN_USE`, `AUDIT_UNAVAILABLE` (the folder cannot be used) */
export async function openAuditLog(options: AuditLogOptions): Promise<AuditLog> {
  const { logger, segmentBytes = 16_777_216 } = options
  const keys = deriveKeys(options.key, options.owner)
  const digestKey = options.digestKey ?? keys.digest
  const directory = ownersFolder(options.directory, options.owner)
  const release = await usableFolder(directory)
  try {
    const position = await recover(directory, keys, logger)
    await placeHead(directory, keys, position.tip)
    const writer = createWriter(directory, keys, position, segmentBytes)
    const queue = new GroupCommit({
      writer,
      logger,
      now: options.now ?? Date.now,
      timeoutMs: options.timeoutMs ?? 5_000,
      retryMs: options.retryMs ?? 2_000,
    })
    return {
      append: async (record) => queue.add(checkRecord(record)),
      patientDigest: (identifier) => digestOfPatient(digestKey, identifier),
      find: (query) => scan(options, query, digestKey),
      health: () => queue.health(),
      counts: () => ({ ...queue.counts(), syncs: writer.syncs() }),
      async close() {
        await queue.close()
        await writer.close()
        await release()
      },
    }
  } catch (error) {
    await release()
    throw error instanceof AuditError
      ? error
      : new AuditError('AUDIT_UNAVAILABLE', { cause: error })
  }
}

export function ownersFolder(directory: string, owner: string): string {
  // It becomes the name of a folder.
  if (!/^(\d{9}|[a-z]{1,32})$/.test(owner)) {
    throw new RangeError(
      'The owner of an audit log is an organisation number or a word in lower case.',
    )
  }
  return join(directory, owner)
}

async function usableFolder(directory: string): Promise<() => Promise<void>> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    return await lock(directory)
  } catch (cause) {
    throw cause instanceof AuditError ? cause : new AuditError('AUDIT_UNAVAILABLE', { cause })
  }
}
