import { z } from 'zod'
import { concept, parseKeepingDigits, period, text } from '../../map/elements.js'
import { annotations, concepts, identifiers, references } from '../fhir-elements.js'
import { meta, reference } from '../party-elements.js'

/** The elements of a FHIR R4 ClinicalImpression that the contract shows. Any may be missing: only selected ones are read. */
const impression = z.object({
  meta,
  identifier: identifiers,
  status: text.optional(),
  statusReason: concept.optional(),
  code: concept.optional(),
  description: text.optional(),
  effectiveDateTime: text.optional(),
  effectivePeriod: period.optional(),
  date: text.optional(),
  assessor: reference.optional(),
  previous: reference.optional(),
  problem: references,
  investigation: z.array(z.object({ code: concept.optional(), item: references })).optional(),
  summary: text.optional(),
  finding: z
    .array(
      z.object({
        itemCodeableConcept: concept.optional(),
        itemReference: reference.optional(),
        basis: text.optional(),
      }),
    )
    .optional(),
  prognosisCodeableConcept: concepts,
  supportingInfo: references,
  note: annotations,
  contained: z.array(z.unknown()).optional(),
})

export type ImpressionElements = z.infer<typeof impression>

/** @throws where they are not what FHIR R4 says, so that the assessment is dropped alone */
export const readImpressionElements = (json: string): ImpressionElements =>
  impression.parse(parseKeepingDigits(json))
