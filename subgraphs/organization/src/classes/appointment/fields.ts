import { toConcept, toConcepts } from '../../map/concept.js'
import { endOf } from '../../map/effective.js'
import { parseKeepingDigits } from '../../map/elements.js'
import type { MapContext } from '../../map/observation.js'
import type { ClassRow } from '../../sources/source.js'
import { kindOf } from '../authors.js'
import { commonFields, commonNeeds, instant, type ReadRow } from '../common-fields.js'
import { type Parties, type Party, readParties } from '../parties.js'
import {
  type AppointmentElements,
  type EncounterElements,
  readAppointmentElements,
  readEncounter,
} from './elements.js'
import { timeOf } from './times.js'

interface ReadAppointment extends ReadRow {
  readonly elements: AppointmentElements
  readonly parties: Parties
}

/** @throws where the appointment is not what FHIR R4 says: it is dropped alone */
export function readAppointment(row: ClassRow, context: MapContext): ReadAppointment {
  const elements = readAppointmentElements(row.resource)
  const parties = readParties([], elements.contained ?? [])
  return { row, elements, parties, when: timeOf(elements), context }
}

const TIMES = ['start', 'end', 'requestedPeriod', 'created', 'meta']

/** Fields of the contract's Appointment. Each runs only where it is selected. */
export const appointmentFields = {
  ...commonFields,
  mode: ({ row }: ReadAppointment) => row.facets['mode']?.[0],
  type: ({ elements: { appointmentType: type } }: ReadAppointment) => type && toConcept(type),
  serviceType: ({ elements }: ReadAppointment) => toConcepts(elements.serviceType),
  reason: ({ elements }: ReadAppointment) => toConcepts(elements.reasonCode),
  description: ({ elements }: ReadAppointment) => elements.description,
  effectiveEnd: ({ elements: { end } }: ReadAppointment) =>
    end === undefined ? undefined : endOf(end),
  created: ({ elements }: ReadAppointment) => instant(elements.created),
  participant: ({ elements, parties }: ReadAppointment) => participantsOf(elements, parties),
  encounter: ({ row }: ReadAppointment) =>
    row.related.flatMap(({ resource }) => encounterOf(readEncounter(parseKeepingDigits(resource)))),
} as const

/** Which elements of the FHIR resource a field is made of. */
export const appointmentNeeds: Readonly<Record<string, readonly string[]>> = {
  ...commonNeeds(TIMES),
  mode: [],
  type: ['appointmentType'],
  serviceType: ['serviceType'],
  reason: ['reasonCode'],
  description: ['description'],
  effectiveEnd: ['end'],
  created: ['created'],
  participant: ['participant', 'contained'],
  encounter: [],
}

/** Who takes part besides the patient, by name. */
const participantsOf = ({ participant = [] }: AppointmentElements, parties: Parties) =>
  participant.flatMap(({ actor, type, status }) => {
    const kind = (actor && kindOf(actor)) ?? 'UNKNOWN'
    const party = kind === 'PATIENT' ? PATIENT : parties.partyOf(actor)
    return party ? [{ party, kind, role: toConcepts(type), status: spelled(status) }] : []
  })

/** The patient is whom the whole answer is about, and needs no name in it. */
const PATIENT: Party = { display: undefined, organization: undefined }

const STATUSES = ['ACCEPTED', 'DECLINED', 'TENTATIVE', 'NEEDS_ACTION']
const spelled = (status: string | undefined): string | undefined =>
  STATUSES.find((one) => one === status?.toUpperCase().replaceAll('-', '_'))

const ENCOUNTERS = [
  ...['PLANNED', 'ARRIVED', 'TRIAGED', 'IN_PROGRESS', 'ONLEAVE', 'FINISHED', 'CANCELLED'],
  'UNKNOWN',
]

/** One that was entered in error is none. */
function encounterOf(encounter: EncounterElements | undefined) {
  const status = encounter?.status?.toUpperCase().replaceAll('-', '_') ?? ''
  if (!encounter || !ENCOUNTERS.includes(status)) return []
  const { start, end } = encounter.period ?? {}
  return [{ status, start: instant(start), end: end === undefined ? undefined : endOf(end) }]
}
