import { z } from 'zod'
import { systems } from './claims.js'

/** Blank is as good as missing. */
const text = z.string().max(500).regex(/\S/)
/** Systems come with `urn:oid:` and without it. */
const system = text.transform((value) => value.replace(/^urn:oid:/, ''))
const within = (...accepted: string[]) => system.pipe(z.enum(accepted))
const organization = z.object({
  id: z.string().regex(/^\d{9}$/),
  system: within(systems.organizationNumber),
})
/** A department has a RESH id, or an id of the organisation's own system, which then must be named (ATT-28). */
const department = z.object({ id: text, system, authority: z.string().max(500).optional() })
const coding = (...accepted: string[]) => z.object({ code: text, system: within(...accepted) })

/** Code systems of health services. 8627 has expired, and is still seen. */
const serviceSystems = [8655, 8627, 8451, 8668, 8663, 8662, 8664, 8666, 7750, 8254].map(
  (number) => `2.16.578.1.12.4.1.1.${number}`,
)
/** Specialist health services, and nursing homes and the like. */
const detailSystems = [
  'urn:AuditEventHL7Norway/CodeSystem/carerelation',
  '2.16.578.1.12.4.1.1.9151',
]

const decisionRef = z.object({
  id: text,
  description: z.string().max(500).optional(),
  // ATT-48: whether the user authorised himself.
  user_selected: z.boolean(),
})

const relationship = z
  .object({
    healthcare_service: coding(...serviceSystems).optional(),
    purpose_of_use: z.object({
      code: z.enum(['TREAT', 'ETREAT', 'COC', 'BTG']),
      system: within(systems.purposeOfUse),
    }),
    purpose_of_use_details: coding(...detailSystems).optional(),
    decision_ref: decisionRef,
  })
  // ATT-43.
  .refine((it) => it.healthcare_service ?? it.purpose_of_use_details, {
    path: ['healthcare_service'],
  })

const patient = z.object({
  identifier: z
    .object({
      id: z.string().regex(/^\d{11}$/),
      system: within(systems.nationalIdentityNumber, systems.dNumber, systems.commonHelpNumber),
    })
    // HelseID's form has patients without it.
    .optional(),
  point_of_care: organization.optional(),
  department: department.optional(),
})

/** The attest of the trust framework (target architecture B3), in HelseID's spelling. */
export const attestShape = z.object({
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
    department: department.optional(),
  }),
  care_relationship: relationship,
  patients: z.array(patient).max(20).optional(),
})

export type AttestContent = z.infer<typeof attestShape>
export type AttestDepartment = z.infer<typeof department>

type Json = Readonly<Record<string, unknown>>

/**
 * One spelling of everything that is spelled in two ways; undefined where both stand there, which is a contradiction. The
 * specification writes `{"attestation": {…, "care_relation": …}}`, HelseID and everybody who reads it `care_relationship`
 * without the wrapper, and the newer test tool `tracing_ref` for `decision_ref`.
 */
export function withOneSpelling(claim: unknown): unknown {
  const whole = unwrapped(claim)
  const named = renamed(whole, 'care_relation', 'care_relationship')
  const care = isObject(named) ? named['care_relationship'] : undefined
  const referred = renamed(care, 'tracing_ref', 'decision_ref')
  return isObject(named) ? { ...named, care_relationship: referred } : undefined
}

function unwrapped(claim: unknown): unknown {
  if (!isObject(claim) || !('attestation' in claim)) return claim
  return Object.keys(claim).length === 1 ? claim['attestation'] : undefined
}

function renamed(value: unknown, from: string, to: string): unknown {
  if (!isObject(value) || !(from in value)) return value
  const { [from]: named, ...rest } = value
  return to in rest ? undefined : { ...rest, [to]: named }
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
