import { z } from 'zod'
import { concept, identifier, parseKeepingDigits, text } from '../../map/elements.js'
import { annotations, identifiers } from '../fhir-elements.js'
import { meta, reference } from '../party-elements.js'

/** Parts of VKP's logical reference to a device: `identifier`, `displayName`, `type`, `typeName`, `location`. */
const devicePart = z.object({
  url: text,
  valueIdentifier: identifier.optional(),
  valueString: text.optional(),
  valueCodeableConcept: concept.optional(),
})
const extension = z
  .array(z.object({ url: text, extension: z.array(devicePart).optional() }))
  .optional()

/** The elements of a FHIR R4 MedicationDispense that the contract shows. */
const dispense = z.object({
  extension,
  meta,
  identifier: identifiers,
  status: text.optional(),
  category: concept.optional(),
  medicationCodeableConcept: concept.optional(),
  whenHandedOver: text.optional(),
  whenPrepared: text.optional(),
  performer: z
    .array(z.object({ function: concept.optional(), actor: reference.optional() }))
    .optional(),
  dosageInstruction: z.array(z.object({ text: text.optional() })).optional(),
  note: annotations,
})

export type DispenseElements = z.infer<typeof dispense>

/** @throws where they are not what FHIR R4 says: the row is dropped alone */
export const readDispense = (json: string): DispenseElements =>
  dispense.parse(parseKeepingDigits(json))
