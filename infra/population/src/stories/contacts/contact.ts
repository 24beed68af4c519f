import type { DemoPatient } from '@kilde/people'
import type {
  Appointment,
  Bundle,
  Communication,
  Encounter,
  FhirResource,
  Reference,
} from 'fhir/r4.js'
import { controllerOf, type Place, personOf } from '../../fhir/parties.js'

/** An appointment; everything else follows from where and with whom it is. */
export interface AppointmentText {
  readonly key: string
  readonly status: Appointment['status']
  readonly start: string
  readonly minutes: number
  /** Code of the channel; absent where they meet in a room. */
  readonly channel?: string
  readonly about: string
  readonly tookPlace?: boolean
}

/** A message; what it says is not told. */
export interface MessageText {
  readonly key: string
  readonly from: 'patient' | 'staff'
  readonly sent: string
  readonly received?: string
  readonly topic: string
}

const VIRTUAL = 'http://hl7.no/fhir/ig/StructureDefinition/no-basis-virtual-service'
const CHANNELS = 'http://hl7.org/fhir/virtual-service-type'
const CLASSES = 'http://terminology.hl7.org/CodeSystem/v3-ActCode'

/** Appointments and messages as FHIR, as their organisation sends them. */
export function contactBundle(
  patient: DemoPatient,
  place: Place,
  appointments: readonly AppointmentText[],
  messages: readonly MessageText[],
): Bundle {
  const subject = personOf('Patient', patient.identifier, patient.name)
  const resources: readonly FhirResource[] = [
    ...appointments.flatMap((text) => [
      appointmentOf(text, place, subject),
      ...(text.tookPlace ? [encounterOf(text, place, subject)] : []),
    ]),
    ...messages.map((text) => messageOf(text, place, subject)),
  ]
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: resources.map((resource) => {
      const url = `${resource.resourceType}/${resource.id ?? ''}`
      const fullUrl = `https://kilde.example/fhir/${url}`
      return { fullUrl, resource, request: { method: 'PUT', url } }
    }),
  }
}

const systemOf = ({ organization }: Place, what: string): string =>
  `https://kilde.example/namingsystem/${organization.number}/${what}`

const endOf = ({ start, minutes }: AppointmentText): string =>
  new Date(Date.parse(start) + minutes * 60_000).toISOString()

function appointmentOf(text: AppointmentText, place: Place, subject: Reference): Appointment {
  const { key, status, start, channel, about } = text
  return {
    resourceType: 'Appointment',
    id: key,
    meta: { versionId: '1' },
    identifier: [{ system: systemOf(place, 'time'), value: key }],
    ...(channel !== undefined && {
      extension: [
        {
          url: VIRTUAL,
          extension: [{ url: 'channelType', valueCoding: { system: CHANNELS, code: channel } }],
        },
      ],
    }),
    ...{ status, start, end: endOf(text), description: about },
    participant: [
      { actor: subject, status: 'accepted' },
      { actor: place.staff, status: 'accepted' },
      { actor: controllerOf(place.organization), status: 'accepted' },
    ],
  }
}

const encounterOf = (text: AppointmentText, place: Place, subject: Reference): Encounter => ({
  resourceType: 'Encounter',
  ...{ id: `${text.key}-samtale`, subject, status: 'finished' },
  class: { system: CLASSES, code: text.channel === undefined ? 'AMB' : 'VR' },
  appointment: [{ reference: `Appointment/${text.key}` }],
  period: { start: text.start, end: endOf(text) },
  serviceProvider: controllerOf(place.organization),
})

function messageOf(
  { key, from, sent, received, topic }: MessageText,
  place: Place,
  subject: Reference,
): Communication {
  const team: Reference = { ...controllerOf(place.organization) }
  return {
    resourceType: 'Communication',
    id: key,
    meta: { versionId: '1' },
    identifier: [{ system: systemOf(place, 'melding'), value: key }],
    ...{ status: 'completed', subject, sent, topic: { text: topic } },
    ...(received !== undefined && { received }),
    sender: from === 'patient' ? subject : place.staff,
    recipient: [from === 'patient' ? team : subject],
  }
}
