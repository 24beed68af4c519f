import { claims, systems } from '@kilde/trust'
import { errors } from 'oidc-provider'
import { z } from 'zod'
import { oid } from './attest-request.js'

/** Code systems of health services that the trust framework accepts (target architecture B3). */
const serviceSystems = [
  '8655',
  '8627',
  '8451',
  '8668',
  '8663',
  '8662',
  '8664',
  '8666',
  '7750',
  '8254',
].map((last) => oid(`2.16.578.1.12.4.1.1.${last}`))

const text = z.string().min(1).max(200)
const coding = z.strictObject({ code: text, system: text })
const identifier = z.strictObject({ id: text, system: text })
const organization = z.strictObject({
  id: z.string().regex(/^\d{9}$/),
  system: z.literal(oid(systems.organizationNumber)),
})

const input = z.strictObject({
  type: z.literal(claims.attest),
  practitioner: z.strictObject({
    hpr_nr: z.strictObject({ id: text, system: z.literal(oid(systems.hprNumber)) }).optional(),
    authorization: z
      .strictObject({ code: text, system: z.literal(oid(systems.authorization)) })
      .optional(),
    legal_entity: organization,
    point_of_care: organization,
    department: identifier.optional(),
  }),
  care_relationship: z.strictObject({
    healthcare_service: z.strictObject({ code: text, system: z.enum(serviceSystems) }).optional(),
    purpose_of_use: z.strictObject({
      code: z.enum(['TREAT', 'ETREAT', 'COC', 'BTG']),
      system: z.literal(oid(systems.purposeOfUse)),
    }),
    purpose_of_use_details: coding.optional(),
    decision_ref: z.strictObject({
      id: text,
      description: text.optional(),
      user_selected: z.boolean(),
    }),
  }),
  // HelseID's form has them, always without the patient's identity. Read, and left out of the token.
  patients: z
    .array(
      z.strictObject({ point_of_care: organization.optional(), department: identifier.optional() }),
    )
    .optional(),
})

export type AttestInput = z.infer<typeof input>

/**
 * Reads an authorization detail that asks for an attest. Takes codes and numbers only: a name, an identity or a time
 * given by the client is refused, not overwritten.
 */
export function readAttestInput(detail: unknown): AttestInput {
  const read = input.safeParse(detail)
  if (read.success) return read.data
  const where = read.error.issues.map(({ path, code }) => `${path.join('.')} (${code})`)
  throw new errors.InvalidAuthorizationDetails(where.join(', '))
}
