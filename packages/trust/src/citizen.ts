import { z } from 'zod'
import type { Citizen } from './caller.js'
import { systems } from './claims.js'
import { TrustError } from './errors.js'

const purposes = ['PATRQT', 'FAMRQT', 'PWATRNY'] as const

const shape = z.object({
  purpose_of_use: z.object({
    code: z.enum(purposes),
    system: z
      .string()
      .transform((value) => value.replace(/^urn:oid:/, ''))
      .pipe(z.literal(systems.purposeOfUse)),
  }),
  on_behalf_of: z
    .string()
    .regex(/^\d{11}$/)
    .optional(),
})

/** Reads the citizen claim. Who asks for oneself represents nobody; who asks for another names that one person. */
export function readCitizen(claim: unknown): Pick<Citizen, 'purpose' | 'onBehalfOf'> {
  const read = shape.safeParse(claim)
  if (!read.success) throw malformed()
  const { purpose_of_use: purpose, on_behalf_of: onBehalfOf } = read.data
  if ((purpose.code === 'PATRQT') !== (onBehalfOf === undefined)) throw malformed()
  return { purpose: purpose.code, ...(onBehalfOf !== undefined && { onBehalfOf }) }
}

function malformed(): TrustError {
  return new TrustError('TOKEN_MALFORMED', { detail: 'citizen claim' })
}
