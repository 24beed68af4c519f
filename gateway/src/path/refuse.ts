import type { AuditRecord, SecurityLog } from '@kilde/audit'
import { type KildeError, type Logger, toKildeError } from '@kilde/service'
import { TrustError } from '@kilde/trust'
import type { AuditLogs } from '../audit/audit-logs.js'
import { ownerOf, refusedCallerRecord, refusedRecord } from '../audit/record.js'
import { errorReply, type Reply } from '../http/reply.js'
import type { Asked, Authenticated, Received } from './stage.js'

export interface RefuseOptions {
  readonly logs: AuditLogs
  readonly security: SecurityLog
  readonly logger: Logger
  readonly now: () => number
}

type Reached = Received | Authenticated | Asked

/**
 * Records a refusal, then answers it. Whoever has shown to hold a valid token is written into the audit log; everybody else into the
 * security log, which is bounded: nobody can stop the service by being refused.
 */
export function createRefuse(
  options: RefuseOptions,
): (request: Reached, refusal: unknown) => Promise<Reply> {
  return async (request, refusal) => {
    const error = toKildeError(refusal)
    if (error.status >= 500) logFault(options.logger, request, error)
    const entry = entryFor(request, error, new Date(options.now()).toISOString())
    if (!entry) note(options.security, request, error)
    if (!entry || error.code === 'AUDIT_UNAVAILABLE') return errorReply(error)
    try {
      await options.logs.of(entry.owner).append(entry.record)
      return errorReply(error)
    } catch (fault) {
      return errorReply(toKildeError(fault))
    }
  }
}

function note(security: SecurityLog, { requestId, remote }: Received, { code }: KildeError): void {
  security.note({ code, requestId, ...(remote !== undefined && { remote }) })
}

interface Entry {
  readonly owner: string | undefined
  readonly record: AuditRecord
}

function entryFor(request: Reached, error: KildeError, at: string): Entry | undefined {
  // Nobody is to fill the access log by asking too often; that it happened stands in the bounded one.
  if (error.code === 'RATE_LIMITED') return undefined
  if ('requester' in request) {
    const patient = 'patient' in request ? { patient: request.patient } : {}
    const { requestId, requester, traceparent } = request
    const reached = { requestId, requester, traceparent, ...patient }
    const record = refusedRecord(reached, error.code, at)
    return { owner: ownerOf(requester), record }
  }
  // A refused token may still be a genuine one, e.g. with an attest that is too old: then it is known whose it is. But only
  // of who has shown to hold its key: who has not may be anybody (docs/decisions/0017-who-a-refusal-is-about.md).
  const caller = error instanceof TrustError ? error.caller : undefined
  const pid = caller?.pid
  if (!caller?.possessionProven || pid === undefined) return undefined
  const record = refusedCallerRecord(request.requestId, { ...caller, pid }, error.code, at)
  return { owner: caller.organization, record }
}

function logFault(logger: Logger, request: Received, error: KildeError): void {
  const cause = error.cause instanceof Error ? error.cause.stack : undefined
  const { code, detail } = error
  logger.error({ requestId: request.requestId, code, detail, cause }, 'request failed')
}
