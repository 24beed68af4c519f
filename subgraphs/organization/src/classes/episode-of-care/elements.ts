import { z } from 'zod'
import { concept, identifier, parseKeepingDigits, period, text } from '../../map/elements.js'
import { meta, reference } from '../party-elements.js'

/** The elements of a FHIR R4 EpisodeOfCare that the contract shows. Any may be missing: only selected ones are read. */
const episode = z.object({
  meta,
  identifier: z.array(identifier).optional(),
  status: text.optional(),
  statusHistory: z
    .array(z.object({ status: text.optional(), period: period.optional() }))
    .optional(),
  type: z.array(concept).optional(),
  period: period.optional(),
  managingOrganization: reference.optional(),
  careManager: reference.optional(),
  contained: z.array(z.unknown()).optional(),
})

export type EpisodeElements = z.infer<typeof episode>

/** @throws where they are not what FHIR R4 says, so that the service is dropped alone */
export const readEpisodeElements = (json: string): EpisodeElements =>
  episode.parse(parseKeepingDigits(json))
