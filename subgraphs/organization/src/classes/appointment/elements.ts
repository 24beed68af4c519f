import { z } from 'zod'
import { concept, identifier, parseKeepingDigits, period, text } from '../../map/elements.js'
import { meta, reference } from '../party-elements.js'

const coding = z.object({ system: text.optional(), code: text.optional() })

/** The elements of a FHIR R4 Appointment that the contract shows. Any may be missing: only selected ones are read. */
const appointment = z.object({
  resourceType: z.literal('Appointment').optional(),
  meta,
  identifier: z.array(identifier).optional(),
  status: text.optional(),
  serviceType: z.array(concept).optional(),
  appointmentType: concept.optional(),
  reasonCode: z.array(concept).optional(),
  description: text.optional(),
  start: text.optional(),
  end: text.optional(),
  requestedPeriod: z.array(period).optional(),
  created: text.optional(),
  participant: z
    .array(
      z.object({
        type: z.array(concept).optional(),
        actor: reference.optional(),
        status: text.optional(),
      }),
    )
    .optional(),
  extension: z
    .array(
      z.looseObject({
        url: text,
        extension: z.array(z.looseObject({ url: text, valueCoding: coding.optional() })).optional(),
      }),
    )
    .optional(),
  contained: z.array(z.unknown()).optional(),
})

const encounter = z.object({
  resourceType: z.literal('Encounter'),
  status: text.optional(),
  class: coding.optional(),
  period: period.optional(),
})

export type AppointmentElements = z.infer<typeof appointment>
export type EncounterElements = z.infer<typeof encounter>

/** @throws where they are not what FHIR R4 says, so that the appointment is dropped alone */
export const readAppointmentElements = (json: string): AppointmentElements =>
  appointment.parse(parseKeepingDigits(json))

/** What came of an appointment; undefined for a resource of another type. @throws as above */
export function readEncounter(resource: unknown): EncounterElements | undefined {
  const type = z.looseObject({ resourceType: text }).safeParse(resource).data?.resourceType
  return type === 'Encounter' ? encounter.parse(resource) : undefined
}
