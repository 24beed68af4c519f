import { AuditError } from './errors.js'
import type { LogKeys } from './keys.js'
import { placeLine } from './line.js'
import { openLine } from './seal.js'

/**
 * What the leaf of a line is the hash of; undefined where the record is deleted, or does not open. Format 1 hashed the
 * sealed line: its digest is the leaf's entry.
 */
export function entryIn(keys: LogKeys, bytes: Buffer | undefined): Buffer | undefined {
  const placed = bytes && placeLine(bytes)
  const opened = placed && openLine(keys, placed)
  return opened && (opened.entry ?? Buffer.from(placed.tip.hash, 'base64url'))
}

/** @throws AuditError `AUDIT_RECORD_UNKNOWN` */
export function entryOf(keys: LogKeys, bytes: Buffer | undefined): Buffer {
  const entry = entryIn(keys, bytes)
  if (!entry) throw unknownRecord('there is no such record, it is deleted, or it does not open')
  return entry
}

export const unknownRecord = (detail: string) => new AuditError('AUDIT_RECORD_UNKNOWN', { detail })
