import type { AuditOutcome, AuditRecord, AuditRequester } from '@kilde/audit'
import { identifierToken } from '@kilde/contract'
import type { KnownCaller } from '@kilde/trust'
import type { Answered, Asked, Authenticated, Requester, StreamMark } from '../path/stage.js'
import { hasAnswered, type SourceStatus } from '../transport/source-answer.js'

/** One access to one patient: who, whom, when, why, which sources; no content. */
export function readRecord(
  answer: Answered & { readonly patient: object },
  at: string,
  mark?: StreamMark,
): AuditRecord {
  const { sources, fields, classes } = answer.trail
  const outcome = outcomeOf(answer)
  return {
    event: 'PATIENT_DATA_READ',
    ...whoAndWhy(answer, at),
    patient: identifierToken(answer.patient),
    purpose: answer.requester.purpose,
    ...detailsOf(answer.requester),
    classes: [...classes],
    fields: [...fields],
    sources: sources.map((source) => ({ ...source })),
    outcome,
    ...(outcome === 'FAILED' ? { code: 'NO_SOURCE_ANSWERED' } : {}),
    ...(mark ? { code: mark } : {}),
  }
}

/** A request with a valid token that was not carried out: nothing was asked of any source. */
export function refusedRecord(
  request: Recorded & Partial<Pick<Asked, 'patient'>>,
  code: string,
  at: string,
): AuditRecord {
  return {
    event: 'REQUEST_REFUSED',
    ...whoAndWhy(request, at),
    ...(request.patient ? { patient: identifierToken(request.patient) } : {}),
    purpose: request.requester.purpose,
    outcome: 'REFUSED',
    code,
  }
}

/** The same for a genuine token, from who holds its key, that a later rule refused: what is known of its holder. */
export function refusedCallerRecord(
  requestId: string,
  caller: KnownCaller & { readonly pid: string },
  code: string,
  at: string,
): AuditRecord {
  const { pid, clientId, organization } = caller
  const name = caller.name === undefined ? {} : { name: caller.name }
  const hprNumber = caller.hprNumber === undefined ? {} : { hprNumber: caller.hprNumber }
  const requester: AuditRequester =
    organization === undefined
      ? { kind: 'citizen', pid, clientId, ...name }
      : { kind: 'professional', pid, clientId, organization, ...name, ...hprNumber }
  return { event: 'REQUEST_REFUSED', at, requestId, requester, outcome: 'REFUSED', code }
}

/** Whose log a request belongs to: the requester's organisation; none for a citizen. */
export function ownerOf(requester: Requester): string | undefined {
  return requester.kind === 'citizen' ? undefined : requester.organization
}

/** The trace-id of a `traceparent` (W3C Trace Context §3.2.2). */
const traceOf = (traceparent: string | undefined) =>
  traceparent === undefined ? {} : { trace: traceparent.slice(3, 35) }

type Recorded = Pick<Authenticated, 'requestId' | 'requester'> &
  Partial<Pick<Authenticated, 'traceparent'>>

function whoAndWhy(request: Recorded, at: string) {
  const { requestId, requester, traceparent } = request
  const decision = requester.kind === 'professional' ? requester.attest : undefined
  return {
    at,
    requestId,
    ...traceOf(traceparent),
    requester: whoAsks(requester),
    ...(decision
      ? {
          decisionRef: {
            ...decision.decisionRef,
            attestedAt: new Date(decision.attestedAtMs).toISOString(),
          },
        }
      : {}),
  }
}

function whoAsks(requester: Requester): AuditRequester {
  const { pid, clientId } = requester
  const name = requester.name === undefined ? {} : { name: requester.name }
  if (requester.kind === 'citizen') return { kind: 'citizen', pid, clientId, ...name }
  const { attest, hprNumber, organization } = requester
  return {
    kind: 'professional',
    pid,
    clientId,
    ...name,
    organization,
    pointOfCare: attest.pointOfCare,
    ...(hprNumber === undefined ? {} : { hprNumber }),
    ...(attest.authorization === undefined ? {} : { authorization: attest.authorization }),
    ...(attest.department === undefined ? {} : { department: attest.department }),
    ...(attest.healthcareService === undefined
      ? {}
      : { healthcareService: attest.healthcareService }),
    ...(requester.supplier === undefined ? {} : { supplier: requester.supplier }),
  }
}

const detailsOf = (requester: Requester) =>
  requester.kind === 'professional' && requester.attest.purposeDetails !== undefined
    ? { purposeDetails: requester.attest.purposeDetails }
    : {}

function outcomeOf(answer: Answered): AuditOutcome {
  const { sources } = answer.trail
  const hasAny = sources.some(({ status }) => hasAnswered(status as SourceStatus))
  const isPending = sources.some(({ status }) => status === 'PENDING')
  if (sources.length > 0 && !hasAny && !isPending) return 'FAILED'
  if (sources.length === 0 && answer.errorCodes.length > 0) return 'PARTIAL'
  // Whoever answered in full, and left out what the requester may not see, is told of as its own log tells of it.
  return sources.every(({ complete }) => complete) ? 'SUCCESS' : 'PARTIAL'
}
