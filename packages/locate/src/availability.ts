import { z } from 'zod'

/** What stands in the place of a document where it is asked whether anything is held, and what the signed context names. */
export const availabilityOperation = 'availability'
export const availabilityPath = '/availability'

/** Whom, and which classes of data. */
export const AvailabilityVariables = z
  .strictObject({
    identifier: z.string().max(100),
    dataClasses: z
      .array(z.string().regex(/^[A-Z][A-Za-z]{0,63}$/))
      .min(1)
      .max(20),
  })
  .readonly()

/**
 * `NO`: holds nothing of the class that this requester may be shown, and withholds nothing. `UNKNOWN`: something is withheld, it never
 * says, or it cannot tell.
 */
const Holds = z.enum(['YES', 'NO', 'UNKNOWN'])
export type Holds = z.infer<typeof Holds>

export const AvailabilityAnswer = z
  .object({
    asOf: z.iso.datetime(),
    availability: z
      .array(z.object({ dataClass: z.string().max(64), holds: Holds }).readonly())
      .max(20)
      .readonly(),
  })
  .readonly()
