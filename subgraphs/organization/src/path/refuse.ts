import type { AuditLog, SecurityLog } from '@kilde/audit'
import { type KildeError, type Logger, toKildeError } from '@kilde/service'
import { ContextError } from '@kilde/trust/context'
import type { DigestPatient } from '../audit/digest.js'
import { refusedCallerRecord, refusedRecord } from '../audit/records.js'
import { errorReply } from '../http/reply.js'
import type { Asked, Received, Reply, Verified } from './stage.js'

export interface RefuseParts {
  readonly log: AuditLog
  readonly security: SecurityLog
  readonly digest: DigestPatient
  readonly logger: Logger
  readonly now: () => number
}

type Reached = Received | Verified | Asked

/**
 * Records a refusal, then answers it. Whoever showed a valid token goes into the access log, everybody else into the
 * security log, which is bounded: nobody can stop the service by being refused.
 */
export function createRefuse(
  parts: RefuseParts,
): (reached: Reached, refusal: unknown) => Promise<Reply> {
  return async (reached, refusal) => {
    const error = toKildeError(refusal)
    if (error.status >= 500) logFault(parts.logger, reached, error)
    try {
      // A second record would fail as the first did.
      if (error.code !== 'AUDIT_UNAVAILABLE') await record(parts, reached, error)
      return errorReply(error)
    } catch (fault) {
      return errorReply(toKildeError(fault))
    }
  }
}

async function record(parts: RefuseParts, reached: Reached, error: KildeError): Promise<void> {
  const at = new Date(parts.now()).toISOString()
  const entry =
    'caller' in reached
      ? refusedRecord(reached, error, parts.digest, at)
      : refusedCallerRecord(reached.requestId, error, at)
  const { requestId, remote } = reached
  // Into both where the signed context does not hold: then somebody on the way may ask for other things than the requester.
  if (!entry || error instanceof ContextError) {
    parts.security.note({ code: error.code, requestId, ...(remote !== undefined && { remote }) })
  }
  if (entry) await parts.log.append(entry)
}

function logFault(logger: Logger, { requestId }: Received, error: KildeError): void {
  const { code, detail, cause } = error
  const why = cause instanceof Error ? { cause: cause.name, stack: cause.stack } : {}
  logger.error({ requestId, code, detail, ...why }, 'question failed')
}
