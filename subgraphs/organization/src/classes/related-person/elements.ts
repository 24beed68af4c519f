import { z } from 'zod'
import { concept, identifier, parseKeepingDigits, period, text } from '../../map/elements.js'
import { meta, telecom } from '../party-elements.js'

const coded = z.object({ code: text.optional() })
const scope = z.object({ url: text, valueCoding: coded.optional(), valueCode: text.optional() })
const guardianship = z.object({ url: text, extension: z.array(scope).optional() })

/**
 * The elements of a FHIR R4 RelatedPerson that the contract shows. No address is among them, and no number. Any may be missing:
 * only selected ones are read.
 */
const relatedPerson = z.object({
  meta,
  identifier: z.array(identifier).optional(),
  active: z.boolean().optional(),
  relationship: z
    .array(concept.extend({ extension: z.array(guardianship.loose()).optional() }))
    .optional(),
  name: z
    .array(
      z.object({
        use: text.optional(),
        text: text.optional(),
        family: text.optional(),
        given: z.array(text).optional(),
      }),
    )
    .optional(),
  telecom,
  period: period.optional(),
  communication: z
    .array(z.object({ language: concept, preferred: z.boolean().optional() }))
    .optional(),
})

export type RelatedPersonElements = z.infer<typeof relatedPerson>

/** @throws where they are not what FHIR R4 says, so that the person is dropped alone */
export const readRelatedPerson = (json: string): RelatedPersonElements =>
  relatedPerson.parse(parseKeepingDigits(json))
