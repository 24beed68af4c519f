import { z } from 'zod'
import { concept, identifier, text } from '../map/elements.js'

/** Elements of FHIR R4 that say who somebody is and how to reach them. Of a person no number is read, but to be left out. */
export const reference = z.object({
  reference: text.optional(),
  type: text.optional(),
  identifier: identifier.optional(),
  display: text.optional(),
})
export const annotation = z.object({
  text,
  time: text.optional(),
  authorString: text.optional(),
  authorReference: reference.optional(),
})
export const telecom = z
  .array(z.object({ system: text.optional(), value: text.optional(), use: text.optional() }))
  .optional()
export const meta = z
  .object({ profile: z.array(text).optional(), lastUpdated: text.optional() })
  .optional()

const available = {
  availableTime: z
    .array(
      z.object({
        daysOfWeek: z.array(text).optional(),
        allDay: z.boolean().optional(),
        availableStartTime: text.optional(),
        availableEndTime: text.optional(),
      }),
    )
    .optional(),
  notAvailable: z.array(z.object({ description: text.optional() })).optional(),
  availabilityExceptions: text.optional(),
}
const name = z.object({
  text: text.optional(),
  family: text.optional(),
  given: z.array(text).optional(),
})
const person = { name: z.array(name).optional(), telecom }

const party = z.discriminatedUnion('resourceType', [
  z.object({
    resourceType: z.literal('Organization'),
    identifier: z.array(identifier).optional(),
    name: text.optional(),
    telecom,
  }),
  z.object({ resourceType: z.literal('Practitioner'), ...person }),
  z.object({ resourceType: z.literal('RelatedPerson'), ...person }),
  z.object({
    resourceType: z.literal('PractitionerRole'),
    practitioner: reference.optional(),
    organization: reference.optional(),
    healthcareService: z.array(reference).optional(),
    code: z.array(concept).optional(),
    telecom,
    ...available,
  }),
  z.object({
    resourceType: z.literal('HealthcareService'),
    providedBy: reference.optional(),
    name: text.optional(),
    comment: text.optional(),
    telecom,
    ...available,
  }),
])

export type PartyElements = z.infer<typeof party>
export type PartyOfType<T extends PartyElements['resourceType']> = Extract<
  PartyElements,
  { resourceType: T }
>
export type Reference = z.infer<typeof reference>
export type Telecom = z.infer<typeof telecom>

export const partyTypes = [
  'Organization',
  'Practitioner',
  'RelatedPerson',
  'PractitionerRole',
  'HealthcareService',
] as const

/** Reads one; undefined for a resource of another type. @throws where it is not what FHIR R4 says */
export function readParty(resource: unknown): PartyElements | undefined {
  const type = z.looseObject({ resourceType: text }).safeParse(resource).data?.resourceType
  return partyTypes.some((one) => one === type) ? party.parse(resource) : undefined
}

/** References of an unchecked resource, from its elements of these names: only what has their form is looked at. */
export function referencesAmong(resource: unknown, ...elements: readonly string[]): Reference[] {
  const holder = resource as Readonly<Record<string, unknown>>
  return elements
    .flatMap((element) => holder[element])
    .flatMap((one) => (isReference(one) ? [one] : []))
}

const isReference = (value: unknown): value is Reference => reference.safeParse(value).success
