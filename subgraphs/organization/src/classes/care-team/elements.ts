import { z } from 'zod'
import { concept, identifier, parseKeepingDigits, period, text } from '../../map/elements.js'
import { annotation, meta, reference, telecom } from '../party-elements.js'

const participant = z.object({
  role: z.array(concept).optional(),
  member: reference.optional(),
  onBehalfOf: reference.optional(),
  period: period.optional(),
})

/** The elements of a FHIR R4 CareTeam that the contract shows. Any may be missing: only selected ones are read. */
const careTeam = z.object({
  resourceType: z.literal('CareTeam').optional(),
  meta,
  identifier: z.array(identifier).optional(),
  status: text.optional(),
  category: z.array(concept).optional(),
  name: text.optional(),
  period: period.optional(),
  participant: z.array(participant).optional(),
  managingOrganization: z.array(reference).optional(),
  reasonCode: z.array(concept).optional(),
  telecom,
  note: z.array(annotation).optional(),
  extension: z.array(z.looseObject({ url: text })).optional(),
  contained: z.array(z.unknown()).optional(),
})

const task = z.object({
  resourceType: z.literal('Task'),
  status: text.optional(),
  statusReason: concept.optional(),
  description: text.optional(),
  focus: reference.optional(),
  authoredOn: text.optional(),
  lastModified: text.optional(),
  requester: reference.optional(),
  owner: reference.optional(),
  reasonCode: concept.optional(),
  executionPeriod: period.optional(),
  restriction: z.object({ period: period.optional() }).optional(),
})

export type TeamElements = z.infer<typeof careTeam>
export type Participant = z.infer<typeof participant>
export type TaskElements = z.infer<typeof task>

/** @throws where they are not what FHIR R4 says, so that the team is dropped alone */
export const readTeamElements = (json: string): TeamElements =>
  careTeam.parse(parseKeepingDigits(json))

/** A hand-over; undefined for a resource of another type. @throws as above */
export function readTask(resource: unknown): TaskElements | undefined {
  const type = z.looseObject({ resourceType: text }).safeParse(resource).data?.resourceType
  return type === 'Task' ? task.parse(resource) : undefined
}
