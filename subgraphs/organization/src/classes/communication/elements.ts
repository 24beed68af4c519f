import { z } from 'zod'
import { concept, identifier, parseKeepingDigits, text } from '../../map/elements.js'
import { meta, reference } from '../party-elements.js'

/** The elements of a FHIR R4 Communication that the contract shows: never its payload. Any may be missing. */
const communication = z.object({
  meta,
  identifier: z.array(identifier).optional(),
  status: text.optional(),
  statusReason: concept.optional(),
  category: z.array(concept).optional(),
  priority: text.optional(),
  medium: z.array(concept).optional(),
  topic: concept.optional(),
  sent: text.optional(),
  received: text.optional(),
  sender: reference.optional(),
  recipient: z.array(reference).optional(),
  inResponseTo: z.array(reference).optional(),
  contained: z.array(z.unknown()).optional(),
})

export type CommunicationElements = z.infer<typeof communication>

/** @throws where they are not what FHIR R4 says, so that the message is dropped alone */
export const readCommunicationElements = (json: string): CommunicationElements =>
  communication.parse(parseKeepingDigits(json))
