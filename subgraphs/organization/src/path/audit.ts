import type { AuditLog } from '@kilde/audit'
import type { DigestPatient } from '../audit/digest.js'
import { readRecord } from '../audit/records.js'
import type { Audited, Minimised } from './stage.js'

export interface AuditParts {
  readonly log: AuditLog
  readonly digest: DigestPatient
  readonly now: () => number
}

/** One record for each access and number of the patient, durable before this returns. @throws AuditError `AUDIT_UNAVAILABLE`: then nothing leaves */
export function createAudit({
  log,
  digest,
  now,
}: AuditParts): (request: Minimised) => Promise<Audited> {
  return async (request) => {
    const recordedAt = new Date(now()).toISOString()
    for (const number of request.person.followed)
      await log.append(readRecord(request, digest, recordedAt, number))
    return { ...request, recordedAt }
  }
}
