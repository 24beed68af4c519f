import type { AuditLogs } from '../audit/audit-logs.js'
import { ownerOf, readRecord, refusedRecord } from '../audit/record.js'
import type { Part } from '../live/progress.js'
import type { Answered, Asked, StreamMark } from './stage.js'
import { Trail } from './trail.js'

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

/**
 * The same for a part that is sent ahead of the whole answer, or an event of a subscription: what it tells of whom, under the same request.
 * @throws AuditError `AUDIT_UNAVAILABLE`
 */
export function createAuditPart(
  logs: AuditLogs,
  now: () => number,
): (asked: Asked, part: Pick<Part, 'fetch' | 'gathered'>, mark?: StreamMark) => Promise<void> {
  return async (asked, { fetch, gathered }, mark) => {
    const trail = new Trail()
    trail.note(gathered.answers, fetch.plan)
    const { patient } = fetch.asked
    const told = { ...asked, patient, trail, result: '', status: 200, errorCodes: [] }
    const record = readRecord(told, new Date(now()).toISOString(), mark)
    await logs.of(ownerOf(asked.requester)).append(record)
  }
}
