import { z } from 'zod'
import { coding, parseKeepingDigits, period, text } from '../../map/elements.js'
import { concepts, identifiers } from '../fhir-elements.js'
import { meta, reference } from '../party-elements.js'

/** The elements of a FHIR R4 Encounter that a supervision visit is shown by. Any may be missing: only selected ones are read. */
const encounter = z.object({
  meta,
  identifier: identifiers,
  status: text.optional(),
  class: coding.optional(),
  type: concepts,
  participant: z.array(z.object({ type: concepts, individual: reference.optional() })).optional(),
  period: period.optional(),
  reasonCode: concepts,
  location: z.array(z.object({ location: reference.optional() })).optional(),
  serviceProvider: reference.optional(),
  contained: z.array(z.unknown()).optional(),
})

export type EncounterElements = z.infer<typeof encounter>

/** @throws where they are not what FHIR R4 says, so that the visit is dropped alone */
export const readEncounterElements = (json: string): EncounterElements =>
  encounter.parse(parseKeepingDigits(json))
