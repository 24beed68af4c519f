import {
  type AttestContent,
  type AttestDepartment,
  attestShape,
  withOneSpelling,
} from './attest-shape.js'
import type { Attest } from './caller.js'
import { systems } from './claims.js'
import { TrustError } from './errors.js'
import { sha256 } from './jws.js'

/** What the attest must agree with: the facts of the token that carries it. */
export interface AttestContext {
  readonly pid: string
  readonly hprNumber: string | undefined
  /** `orgnr_parent` of the token. */
  readonly organization: string | undefined
  /** Subject and session of the token: one attest belongs to one session. */
  readonly subject: string
  readonly session: string | undefined
  readonly issuedAtMs: number
  readonly nowMs: number
  readonly clockSkewMs: number
}

/**
 * Reads the attest of the trust framework (target architecture B3).
 * @throws TrustError `ATTEST_MALFORMED` where a mandatory field is missing or it contradicts the token.
 */
export function readAttest(claim: unknown, context: AttestContext): Attest {
  const read = attestShape.safeParse(withOneSpelling(claim))
  if (!read.success) {
    // Names of fields only, never their values.
    throw malformed(read.error.issues.map((issue) => issue.path.join('.')).join(', '))
  }
  const content = read.data
  checkAgreement(content.practitioner, context)
  checkDepartments(content)
  const attestedAtMs = content.toa === undefined ? context.issuedAtMs : content.toa * 1000
  if (attestedAtMs > context.nowMs + context.clockSkewMs) throw malformed('toa')
  return { ...attestOf(content), id: idOf(content, context), attestedAtMs }
}

function attestOf(content: AttestContent): Omit<Attest, 'id' | 'attestedAtMs'> {
  const { practitioner, care_relationship: care } = content
  const { id, description, user_selected: userSelected } = care.decision_ref
  const patients = (content.patients ?? []).flatMap(({ identifier }) => identifier?.id ?? [])
  return {
    legalEntity: practitioner.legal_entity.id,
    pointOfCare: practitioner.point_of_care.id,
    ...(practitioner.department && { department: practitioner.department.id }),
    ...(practitioner.hpr_nr && { hprNumber: practitioner.hpr_nr.id }),
    ...(practitioner.authorization && { authorization: practitioner.authorization.code }),
    ...(care.healthcare_service && { healthcareService: care.healthcare_service.code }),
    purpose: care.purpose_of_use.code,
    ...(care.purpose_of_use_details && { purposeDetails: care.purpose_of_use_details.code }),
    decisionRef: { id, ...(description !== undefined && { description }), userSelected },
    ...(patients.length > 0 && { patients }),
  }
}

/** The same for all tokens that carry it, however it is spelled in them (docs/decisions/0017-who-a-refusal-is-about.md). */
const idOf = (content: AttestContent, { subject, session }: AttestContext): string =>
  sha256(JSON.stringify([subject, session ?? null, content]))

/** The attest is about the person who signed in (ATT-10, 11), with that person's HPR number, at the token's organisation. */
function checkAgreement(
  { identifier, hpr_nr: hprNumber, legal_entity: entity }: AttestContent['practitioner'],
  context: AttestContext,
): void {
  const { pid, organization } = context
  // The first digit of a D-number is raised by 4.
  const system = /^[4-7]/.test(pid) ? systems.dNumber : systems.nationalIdentityNumber
  if (identifier.id !== pid || identifier.system !== system) {
    throw malformed('practitioner.identifier')
  }
  if (context.hprNumber !== undefined && hprNumber?.id !== context.hprNumber) {
    throw malformed('practitioner.hpr_nr')
  }
  if (organization !== undefined && entity.id !== organization) {
    throw malformed('practitioner.legal_entity')
  }
}

function checkDepartments({ practitioner, patients = [] }: AttestContent): void {
  const { department, legal_entity: entity } = practitioner
  if (!isNamed(department, entity.id)) throw malformed('practitioner.department')
  const isEach = patients.every((patient) => isNamed(patient.department, entity.id))
  if (!isEach) throw malformed('patients.department')
}

/** An id of one's own is the legal entity's, in a system that is unique in the world: an OID or a URI (ATT-28). */
function isNamed(department: AttestDepartment | undefined, legalEntity: string): boolean {
  if (!department || department.system === systems.resh) return true
  const { authority = '', system } = department
  const isUnique = /^\d+(\.\d+)+$/.test(system) || URL.canParse(system)
  return isUnique && authority.replace(/^.*:/, '') === legalEntity
}

function malformed(where: string): TrustError {
  return new TrustError('ATTEST_MALFORMED', { detail: where })
}
