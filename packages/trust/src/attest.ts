import { z } from 'zod'
import type { Attest } from './caller.js'
import { systems } from './claims.js'
import { TrustError } from './errors.js'

/** What the attest must agree with: the facts of the token that carries it. */
export interface AttestContext {
  readonly pid: string
  readonly hprNumber: string | undefined
  /** `orgnr_parent` of the token. */
  readonly organization: string | undefined
  readonly issuedAtMs: number
  readonly nowMs: number
  readonly clockSkewMs: number
}

const text = z.string().min(1).max(500)
/** Systems come with `urn:oid:` and without it. */
const system = text.transform((value) => value.replace(/^urn:oid:/, ''))
const identifier = z.object({ id: text, system })
const coding = z.object({ code: text, system })
const within = (...accepted: string[]) => system.pipe(z.enum(accepted))
const organization = z.object({
  id: z.string().regex(/^\d{9}$/),
  system: within(systems.organizationNumber),
})
const purposes = ['TREAT', 'ETREAT', 'COC', 'BTG'] as const

const relationship = z
  .object({
    healthcare_service: coding.optional(),
    purpose_of_use: z.object({ code: z.enum(purposes), system: within(systems.purposeOfUse) }),
    purpose_of_use_details: coding.optional(),
    decision_ref: z.object({
      id: text,
      description: z.string().max(500).optional(),
      user_selected: z.boolean(),
    }),
  })
  // ATT-43.
  .refine((it) => it.healthcare_service ?? it.purpose_of_use_details, {
    path: ['healthcare_service'],
  })

const shape = z.object({
  toa: z.number().int().positive().optional(),
  practitioner: z.object({
    identifier: z.object({
      id: text,
      system: within(systems.nationalIdentityNumber, systems.dNumber),
    }),
    hpr_nr: z.object({ id: text, system: within(systems.hprNumber) }).optional(),
    authorization: z.object({ code: text, system: within(systems.authorization) }).optional(),
    legal_entity: organization,
    point_of_care: organization,
    department: identifier.optional(),
  }),
  care_relationship: relationship,
})

/**
 * Reads the attest of the trust framework (target architecture B3).
 * @throws TrustError `ATTEST_MALFORMED` where a mandatory field is missing or it contradicts the token.
 */
export function readAttest(claim: unknown, context: AttestContext): Attest {
  const read = shape.safeParse(withOneSpelling(claim))
  if (!read.success) {
    // Names of fields only, never their values.
    throw malformed(read.error.issues.map((issue) => issue.path.join('.')).join(', '))
  }
  const { practitioner, care_relationship: care, toa } = read.data
  checkAgreement(practitioner, context)
  const attestedAtMs = toa === undefined ? context.issuedAtMs : toa * 1000
  if (attestedAtMs > context.nowMs + context.clockSkewMs) throw malformed('toa')
  const { id, description, user_selected: userSelected } = care.decision_ref
  return {
    attestedAtMs,
    legalEntity: practitioner.legal_entity.id,
    pointOfCare: practitioner.point_of_care.id,
    ...(practitioner.department && { department: practitioner.department.id }),
    ...(practitioner.hpr_nr && { hprNumber: practitioner.hpr_nr.id }),
    ...(practitioner.authorization && { authorization: practitioner.authorization.code }),
    ...(care.healthcare_service && { healthcareService: care.healthcare_service.code }),
    purpose: care.purpose_of_use.code,
    ...(care.purpose_of_use_details && { purposeDetails: care.purpose_of_use_details.code }),
    decisionRef: { id, ...(description !== undefined && { description }), userSelected },
  }
}

/** The specification says `care_relation`, HelseID and everybody who reads it `care_relationship`. Both at once is a contradiction. */
function withOneSpelling(claim: unknown): unknown {
  if (typeof claim !== 'object' || claim === null || !('care_relation' in claim)) return claim
  const { care_relation: careRelation, ...rest } = claim
  return 'care_relationship' in rest ? undefined : { ...rest, care_relationship: careRelation }
}

/** The attest is about the person who signed in (ATT-10, 11), with that person's HPR number, at the token's organisation. */
function checkAgreement(
  practitioner: z.infer<typeof shape>['practitioner'],
  context: AttestContext,
): void {
  if (practitioner.identifier.id !== context.pid) throw malformed('practitioner.identifier')
  if (context.hprNumber !== undefined && practitioner.hpr_nr?.id !== context.hprNumber) {
    throw malformed('practitioner.hpr_nr')
  }
  const { organization: own } = context
  if (own !== undefined && practitioner.legal_entity.id !== own) {
    throw malformed('practitioner.legal_entity')
  }
}

function malformed(where: string): TrustError {
  return new TrustError('ATTEST_MALFORMED', { detail: where })
}
