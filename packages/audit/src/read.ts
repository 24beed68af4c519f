import { AuditError } from './errors.js'
import { ownersFolder } from './files/folder.js'
import { storedLog } from './files/read.js'
import { deriveKeys, type KeyOptions, type LogKeys } from './keys.js'
import { follow, START } from './line.js'
import type { FoundRecord } from './query.js'
import { type AuditRecord, checkRecord } from './record.js'
import { isRightlyDeleted, openLine } from './seal.js'
import type { StoredLog } from './store.js'
import { type AuditVerdict, verifyStored } from './verify.js'

export interface AuditReadOptions extends KeyOptions {
  /** Folder for the logs of all owners. */
  readonly directory: string
}

/**
 * All records, oldest first; also while the log is being written. Each is checked against the chain before it is given.
 * Those whose time of retention has ended are passed over.
 * @throws AuditError `AUDIT_LOG_DAMAGED` at the first record that is not what was written
 */
export async function* readAuditLog(options: AuditReadOptions): AsyncGenerator<AuditRecord> {
  const { keys, stored } = open(options)
  for await (const { record } of readStored(stored, keys)) yield record
}

/** Checks the whole log: every record in its place, none changed, none missing, every signed tree head still true. */
export async function verifyAuditLog(options: AuditReadOptions): Promise<AuditVerdict> {
  const { keys, stored } = open(options)
  return verifyStored(stored, keys)
}

/** The records of a log as it rests, with their places. @throws AuditError `AUDIT_LOG_DAMAGED` */
export async function* readStored(
  stored: StoredLog,
  keys: LogKeys,
): AsyncGenerator<FoundRecord & { readonly entry: Buffer | undefined }> {
  const head = await stored.head()
  if (typeof head === 'string') throw damaged(`head is ${head}`)
  let tip = START
  for await (const bytes of stored.lines()) {
    const placed = follow(tip, bytes)
    if (!placed) throw damaged(`record ${tip.sequence + 1}`)
    tip = placed.tip
    if (isRightlyDeleted(keys, placed.line)) continue
    const opened = openLine(keys, placed)
    if (!opened) throw damaged(`record ${tip.sequence}`)
    const record = checkRecord(JSON.parse(opened.text))
    yield { sequence: tip.sequence, record, entry: opened.entry }
  }
  if (tip.sequence < head.sequence) throw damaged(`ends after record ${tip.sequence}`)
}

function open(options: AuditReadOptions): { readonly keys: LogKeys; readonly stored: StoredLog } {
  const keys = deriveKeys(options)
  return { keys, stored: storedLog(ownersFolder(options.directory, options.owner), keys) }
}

const damaged = (detail: string) => new AuditError('AUDIT_LOG_DAMAGED', { detail })
