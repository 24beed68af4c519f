import type { AuditLog, SecurityLog } from '@kilde/audit'
import { type KildeError, type Logger, toKildeError } from '@kilde/service'
import { type RequestVerifier, type System, TrustError } from '@kilde/trust'
import { refusedCallerRecord, refusedSystemRecord, writtenRecord } from '../audit/records.js'
import { OrganizationError } from '../errors.js'
import { challengeOf } from '../http/reply.js'
import type { Received, Reply } from '../path/stage.js'
import { type Ingested, type IngestParts, ingest, TransactionRefused } from './ingest.js'
import { type Issue, operationOutcome } from './outcome.js'

export interface BundleParts extends IngestParts {
  readonly verifier: RequestVerifier
  /** This address as configured, never as the request claims it. */
  readonly url: string
  readonly log: AuditLog
  readonly security: SecurityLog
  readonly logger: Logger
}

/** The path of a Bundle: verify token → authorise → ingest → audit → answer. */
export function createBundleHandler(parts: BundleParts): (received: Received) => Promise<Reply> {
  return async (received) => {
    let caller: System | undefined
    try {
      caller = await verify(parts, received)
      authorise(caller, parts.organization)
      const { bundle, counts, held } = await ingest(received.body, parts)
      await record(parts, received, caller, held)
      parts.logger.info({ requestId: received.requestId, ...counts }, 'took a Bundle')
      return fhirReply(200, bundle)
    } catch (refusal) {
      return refuse(parts, received, caller, refusal)
    }
  }
}

async function verify({ verifier, url }: BundleParts, received: Received): Promise<System> {
  const { authorization, dpop, body } = received
  const caller = await verifier.verify({ authorization, dpop, body, method: 'POST', url })
  if (caller.kind !== 'system') throw new TrustError('CALLER_KIND_NOT_ACCEPTED')
  return caller
}

/** A system writes to its own organisation only, also where one process hosts many. */
function authorise({ organization }: System, own: string): void {
  if (organization !== own) throw new OrganizationError('TENANT_MISMATCH')
}

/**
 * One record for each patient, of all that is now held as it was sent: after a failed record the sender sends the
 * same again, nothing changes in the store, and the record is made then.
 */
async function record(
  { log, now }: BundleParts,
  { requestId }: Received,
  caller: System,
  held: Ingested['held'],
): Promise<void> {
  const at = new Date(now()).toISOString()
  const records = [...held].map(([patient, what]) =>
    writtenRecord(requestId, caller, patient, what, at),
  )
  await Promise.all(records.map((one) => log.append(one)))
}

/** The only way out for what went wrong: recorded, then told. */
async function refuse(
  parts: BundleParts,
  received: Received,
  caller: System | undefined,
  refusal: unknown,
): Promise<Reply> {
  const error = toKildeError(refusal)
  if (error.status >= 500) logFault(parts.logger, received, error)
  try {
    if (error.status === 401 || error.status === 403) await note(parts, received, caller, error)
    return bundleFault(error)
  } catch (fault) {
    return bundleFault(toKildeError(fault))
  }
}

/** A refused sender: in the access log where it showed a valid token, else in the bounded security log. */
async function note(
  { log, security, now }: BundleParts,
  { requestId, remote }: Received,
  caller: System | undefined,
  error: KildeError,
): Promise<void> {
  const at = new Date(now()).toISOString()
  const entry = caller
    ? refusedSystemRecord(requestId, caller, error.code, at)
    : refusedCallerRecord(requestId, error, at)
  if (entry) return log.append(entry)
  security.note({ code: error.code, requestId, ...(remote !== undefined && { remote }) })
}

function logFault(logger: Logger, { requestId }: Received, error: KildeError): void {
  const { code, detail, cause } = error
  const why = cause instanceof Error ? { cause: cause.name, stack: cause.stack } : {}
  logger.error({ requestId, code, detail, ...why }, 'a Bundle was not taken')
}

/** An error as an OperationOutcome with public text and code, nothing else of it. */
export function bundleFault(error: KildeError): Reply {
  const reply = fhirReply(error.status, operationOutcome(issuesOf(error), error.code))
  return { ...reply, headers: { ...reply.headers, ...challengeOf(error) } }
}

function issuesOf(error: KildeError): readonly Issue[] {
  if (error instanceof TransactionRefused) return error.issues
  const code = error.status >= 500 ? 'exception' : error.status >= 401 ? 'security' : 'invalid'
  return [
    { severity: 'error', code: error.status === 413 ? 'too-long' : code, text: error.publicText },
  ]
}

function fhirReply(status: number, resource: object): Reply {
  const headers = { 'content-type': 'application/fhir+json; charset=utf-8' }
  return { status, headers, body: JSON.stringify(resource) }
}
