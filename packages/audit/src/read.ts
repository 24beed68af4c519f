import { ownersFolder } from './files/folder.js'
import { storedLog } from './files/read.js'
import { deriveKeys, type KeyOptions, type LogKeys } from './keys.js'
import { readStored } from './read-stored.js'
import { type AuditReader, createReader } from './reader.js'
import type { AuditRecord } from './record.js'
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

/** A log's files for whoever holds its key, also while another process writes them. */
export function auditReader(options: AuditReadOptions): AuditReader {
  const { keys, stored } = open(options)
  return createReader(stored, keys)
}

function open(options: AuditReadOptions): { readonly keys: LogKeys; readonly stored: StoredLog } {
  const keys = deriveKeys(options)
  return { keys, stored: storedLog(ownersFolder(options.directory, options.owner), keys) }
}
