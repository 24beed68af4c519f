import type { AuditRecord, AuditRequester } from '@kilde/audit'
import { identifierToken } from '@kilde/contract'
import type { KildeError } from '@kilde/service'
import {
  type Citizen,
  type KnownCaller,
  type Professional,
  type System,
  TrustError,
} from '@kilde/trust'
import { PolicyRefused } from '../errors.js'
import type { Held } from '../ingest/ingest.js'
import type { Asked, Minimised, Verified } from '../path/stage.js'
import { classesAsked } from '../question/fields/field.js'
import type { PatientQuestion } from '../question/question.js'
import type { DigestPatient } from './digest.js'

const ROWS = 'Observation'
const NAMES = 'Patient'

/** Classes of data that are asked for. */
const classesOf = ({ asked }: PatientQuestion): string[] => {
  const classes = [...asked.values()].flatMap(classesAsked)
  // Whoever asks for nothing but the handle asks whether the patient is known.
  return classes.length > 0 ? [...new Set(classes)].sort() : [ROWS]
}

/**
 * One access to one patient: who, whom, when, why, which fields and rows; no content. Of a patient whom this organisation
 * does not know, and of who asked, no more is kept than a keyed digest and the asking client and organisation: being
 * asked must not make this organisation a register of who is treated where.
 * @param patient under which of the patient's numbers: whoever has it sees that it was shown
 */
export function readRecord(
  access: Minimised,
  digest: DigestPatient,
  at: string,
  patient = access.question.patient,
): AuditRecord {
  const { caller, question, found, partial, ground } = access
  const known = [...found.values()].some((field) => field.known)
  const { legalBasis } = ground
  const rules = [...access.rules]
  const common = {
    event: 'PATIENT_DATA_READ',
    at,
    requestId: access.requestId,
    ...traceOf(question),
    purpose: caller.purpose,
    classes: classesOf(question),
    outcome: partial ? 'PARTIAL' : 'SUCCESS',
    ...(legalBasis !== undefined && { legalBasis }),
    ...detailsOf(caller),
    ...(access.mark && { code: access.mark }),
  } as const
  if (!known) {
    return { ...common, rules, requester: clientOf(caller), patientDigest: digest(patient) }
  }
  return {
    ...common,
    rules,
    requester: requesterOf(caller),
    patient: identifierToken(patient),
    ...decisionOf(caller),
    fields: [...question.fields],
    items: [...access.items],
  }
}

/** A question that was refused or failed. Whether the patient is known here was not looked up, so a digest stands. */
export function refusedRecord(
  reached: Verified | Asked,
  error: KildeError,
  digest: DigestPatient,
  at: string,
): AuditRecord {
  const { requestId, caller } = reached
  const common = {
    at,
    requestId,
    requester: requesterOf(caller),
    purpose: caller.purpose,
    ...decisionOf(caller),
  }
  if (!('question' in reached)) {
    return { ...common, event: 'REQUEST_REFUSED', outcome: 'REFUSED', code: error.code }
  }
  const refused = error instanceof PolicyRefused
  return {
    ...common,
    event: 'PATIENT_DATA_REFUSED',
    ...traceOf(reached.question),
    patientDigest: digest(reached.question.patient),
    classes: classesOf(reached.question),
    fields: [...reached.question.fields],
    ...detailsOf(caller),
    ...(refused && { rules: [...error.rules] }),
    outcome: error.status < 500 ? 'REFUSED' : 'FAILED',
    code: refused ? error.reason : error.code,
  }
}

/**
 * The same for a genuine token that a later rule refused, e.g. for its attest. Undefined where the sender has not shown to
 * hold the token's key: that may be anybody, and belongs into the security log.
 */
export function refusedCallerRecord(
  requestId: string,
  error: KildeError,
  at: string,
): AuditRecord | undefined {
  const caller = error instanceof TrustError ? error.caller : undefined
  if (!caller?.possessionProven) return undefined
  return {
    event: 'REQUEST_REFUSED',
    ...{ at, requestId, requester: knownRequester(caller) },
    outcome: 'REFUSED',
    code: error.code,
  }
}

/** A system that may not write here. */
export function refusedSystemRecord(
  requestId: string,
  caller: System,
  code: string,
  at: string,
): AuditRecord {
  const requester = systemRequester(caller)
  return { event: 'REQUEST_REFUSED', at, requestId, requester, outcome: 'REFUSED', code }
}

/** What a system sent about one patient and is now held. */
export function writtenRecord(
  requestId: string,
  caller: System,
  patient: string,
  { items, named }: Held,
  at: string,
): AuditRecord {
  return {
    event: 'PATIENT_DATA_WRITTEN',
    ...{ at, requestId, requester: systemRequester(caller), patient },
    classes: [...items.keys(), ...(named ? [NAMES] : [])],
    items: [...items.values()].flat(),
    outcome: 'SUCCESS',
  }
}

const traceOf = ({ trace }: PatientQuestion) => (trace === undefined ? {} : { trace })

function knownRequester(caller: KnownCaller): AuditRequester {
  const { pid, clientId, organization } = caller
  if (pid === undefined) return systemRequester(caller)
  const person = { pid, clientId, ...nameOf(caller) }
  if (organization === undefined) return { kind: 'citizen', ...person }
  return { kind: 'professional', ...person, organization, ...hprOf(caller) }
}

function systemRequester({
  clientId,
  organization,
}: Pick<System, 'clientId' | 'organization'>): AuditRequester {
  return { kind: 'system', clientId, ...(organization !== undefined && { organization }) }
}

function requesterOf(caller: Professional | Citizen): AuditRequester {
  const person = { pid: caller.pid, clientId: caller.clientId, ...nameOf(caller) }
  if (caller.kind === 'citizen') return { kind: 'citizen', ...person }
  const { authorization, pointOfCare, department, healthcareService } = caller.attest
  return {
    kind: 'professional',
    ...person,
    ...hprOf(caller),
    organization: caller.organization,
    pointOfCare,
    ...(authorization !== undefined && { authorization }),
    ...(department !== undefined && { department }),
    ...(healthcareService !== undefined && { healthcareService }),
    ...(caller.supplier !== undefined && { supplier: caller.supplier }),
  }
}

function clientOf(caller: Professional | Citizen): AuditRequester {
  return caller.kind === 'professional'
    ? systemRequester(caller)
    : systemRequester({ clientId: caller.clientId })
}

function decisionOf(caller: Professional | Citizen) {
  if (caller.kind === 'citizen') return {}
  const { decisionRef, attestedAtMs } = caller.attest
  const { id, description, userSelected } = decisionRef
  const attestedAt = new Date(attestedAtMs).toISOString()
  return { decisionRef: { id, userSelected, attestedAt, ...(description && { description }) } }
}

const detailsOf = (caller: Professional | Citizen) =>
  caller.kind === 'professional' && caller.attest.purposeDetails !== undefined
    ? { purposeDetails: caller.attest.purposeDetails }
    : {}

const nameOf = ({ name }: { readonly name?: string }) => (name ? { name: name.slice(0, 500) } : {})

const hprOf = ({ hprNumber }: { readonly hprNumber?: string }) =>
  hprNumber === undefined ? {} : { hprNumber }
