import { z } from 'zod'
import {
  coding,
  concept,
  identifier,
  parseKeepingDigits,
  period,
  text,
} from '../../map/elements.js'
import { concepts, identifiers, references } from '../fhir-elements.js'
import { meta, reference } from '../party-elements.js'

const attachment = z.object({
  contentType: text.optional(),
  language: text.optional(),
  data: text.optional(),
  size: z.int().nonnegative().optional(),
  title: text.optional(),
  creation: text.optional(),
})

/** The elements of a FHIR R4 DocumentReference that the contract shows: never an address. Any may be missing. */
const document = z.object({
  meta,
  masterIdentifier: identifier.optional(),
  identifier: identifiers,
  status: text.optional(),
  docStatus: text.optional(),
  type: concept.optional(),
  category: concepts,
  date: text.optional(),
  author: references,
  authenticator: reference.optional(),
  custodian: reference.optional(),
  relatesTo: z.array(z.object({ code: text.optional(), target: reference.optional() })).optional(),
  description: text.optional(),
  securityLabel: concepts,
  content: z
    .array(z.object({ attachment: attachment.optional(), format: coding.optional() }))
    .optional(),
  context: z
    .object({
      event: concepts,
      period: period.optional(),
      facilityType: concept.optional(),
      practiceSetting: concept.optional(),
    })
    .optional(),
  contained: z.array(z.unknown()).optional(),
})

export type DocumentElements = z.infer<typeof document>
export type Attachment = z.infer<typeof attachment>

/** @throws where they are not what FHIR R4 says, so that the document is dropped alone */
export const readDocumentElements = (json: string): DocumentElements =>
  document.parse(parseKeepingDigits(json))
