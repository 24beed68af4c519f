import type { AuditLogs } from '../audit/audit-logs.js'
import { ownerOf, readRecord, refusedRecord } from '../audit/record.js'
import type { Answered } from './stage.js'

/**
 * Writes one record for the patient and request into the requester's organisation's own log. Resolves only when it is
 * durable; if it cannot be written, no data leave.
 * @throws AuditError `AUDIT_UNAVAILABLE`
 */
export function createAudit(
  logs: AuditLogs,
  now: () => number,
): (answer: Answered) => Promise<void> {
  return async (answer) => {
    const { patient } = answer
    if (!patient) return
    const at = new Date(now()).toISOString()
    const [code] = answer.errorCodes
    // Nobody was asked, and there is an error: the operation was refused (a bad cursor, an unknown field).
    const refused = !answer.trail.hasAsked && code !== undefined
    const record = refused
      ? refusedRecord(answer, code, at)
      : readRecord({ ...answer, patient }, at)
    await logs.of(ownerOf(answer.requester)).append(record)
  }
}
