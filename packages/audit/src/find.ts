import { AuditError } from './errors.js'
import { indexKey } from './index-keys.js'
import type { LogKeys } from './keys.js'
import { placeLine } from './line.js'
import type { AuditQuery, FoundRecord } from './query.js'
import { type AuditRecord, checkRecord } from './record.js'
import { isRightlyDeleted, openLine } from './seal.js'
import type { IndexQuery } from './store.js'

/** Opens each line that may fit, and gives those that do. @throws AuditError `AUDIT_LOG_DAMAGED` */
export async function* openFitting(
  lines: AsyncIterable<Buffer>,
  keys: LogKeys,
  isWanted: (record: AuditRecord) => boolean,
): AsyncGenerator<FoundRecord> {
  for await (const bytes of lines) {
    const placed = placeLine(bytes)
    if (placed && isRightlyDeleted(keys, placed.line)) continue
    const opened = placed && openLine(keys, placed)
    if (!opened) throw new AuditError('AUDIT_LOG_DAMAGED', { detail: `record ${placed?.line.s}` })
    const record = checkRecord(JSON.parse(opened.text))
    if (isWanted(record)) yield { sequence: placed.line.s, record }
  }
}

/** @param key that the index was made with */
export function indexQuery(query: AuditQuery, key: Uint8Array): IndexQuery {
  const { patientDigest, decisionRef, fromMs = -Infinity, toMs = Infinity, order } = query
  return {
    patient: patientDigest === undefined ? undefined : indexKey(key, 'patient', patientDigest),
    decision: decisionRef === undefined ? undefined : indexKey(key, 'decision', decisionRef),
    fromMs,
    toMs,
    newestFirst: order !== 'OLDEST_FIRST',
  }
}
