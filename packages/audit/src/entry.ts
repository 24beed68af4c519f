import { AuditError } from './errors.js'
import type { LogKeys } from './keys.js'
import { placeLine } from './line.js'
import { openLine } from './seal.js'

/**
 * What the leaf of a line is the hash of. Format 1 hashed the sealed line: its digest is the leaf's entry.
 * @throws AuditError `AUDIT_RECORD_UNKNOWN`
 */
export function entryOf(keys: LogKeys, bytes: Buffer | undefined): Buffer {
  const placed = bytes && placeLine(bytes)
  if (!placed) throw unknownRecord('sequence')
  const opened = openLine(keys, placed)
  if (!opened) throw unknownRecord('the record is deleted, or does not open')
  return opened.entry ?? Buffer.from(placed.tip.hash, 'base64url')
}

export const unknownRecord = (detail: string) => new AuditError('AUDIT_RECORD_UNKNOWN', { detail })
