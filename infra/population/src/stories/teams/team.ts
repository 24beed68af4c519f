import type { DemoPatient } from '@kilde/people'
import type {
  Bundle,
  BundleEntry,
  CareTeam,
  CareTeamParticipant,
  Extension,
  FhirResource,
  PractitionerRole,
  Task,
} from 'fhir/r4.js'
import { controllerOf, type Place, personOf } from '../../fhir/parties.js'

/** What a care team says; everything else follows from where and about whom it was made. */
export interface TeamText {
  /** Unique at the organisation, e.g. `dho-team`. */
  readonly key: string
  readonly name: string
  readonly status: NonNullable<CareTeam['status']>
  /** Bare dates. */
  readonly period: { readonly start: string; readonly end?: string }
  readonly version?: number
  /** Who is responsible for the daily follow-up: nobody told where absent. */
  readonly responsible?: Place
  readonly phone: string
  readonly hours?: { readonly from: string; readonly to: string }
  readonly terms?: TermsText
  readonly members?: readonly { readonly role: string; readonly name: string }[]
  readonly handOver?: HandOverText
}

interface TermsText {
  readonly expectedResponse: readonly {
    readonly about: string
    readonly minutes?: number
    readonly words?: string
  }[]
  readonly escalation: readonly string[]
  readonly stopCriteria: readonly string[]
}

interface HandOverText {
  readonly from: Place
  readonly to: Place
  readonly status: Task['status']
  readonly authoredOn: string
  readonly takesOver: string
  readonly reason: string
}

const ROLES = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType'
const TERMS = 'https://specs.kilde.example/fhir/follow-up-terms'
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri'] as const

/** A care team as FHIR: the team, the role that is responsible with its hours, and what is being handed over. */
export function teamBundle(patient: DemoPatient, place: Place, text: TeamText): Bundle {
  const subject = personOf('Patient', patient.identifier, patient.name)
  const role = text.responsible && roleOf(text, text.responsible)
  const team: CareTeam = {
    resourceType: 'CareTeam',
    id: text.key,
    meta: {
      versionId: String(text.version ?? 1),
      lastUpdated: `${text.period.end ?? text.period.start}T08:00:00Z`,
    },
    identifier: [
      {
        system: `https://kilde.example/namingsystem/${place.organization.number}/team`,
        value: text.key,
      },
    ],
    status: text.status,
    name: text.name,
    subject,
    period: text.period,
    managingOrganization: [controllerOf(place.organization)],
    participant: [...(role ? [responsibleOf(role)] : []), ...(text.members ?? []).map(memberOf)],
    ...(text.terms && { extension: [termsOf(text.terms)] }),
  }
  const task = text.handOver && taskOf(text, text.handOver, subject)
  const resources = [team, ...(role ? [role] : []), ...(task ? [task] : [])]
  return { resourceType: 'Bundle', type: 'transaction', entry: resources.map(entryOf) }
}

/** PUT under the sender's own id: sent again, it changes nothing. */
function entryOf(resource: FhirResource): BundleEntry {
  const url = `${resource.resourceType}/${resource.id ?? ''}`
  return { fullUrl: `https://kilde.example/fhir/${url}`, resource, request: { method: 'PUT', url } }
}

const roleOf = ({ key, phone, hours }: TeamText, { organization }: Place): PractitionerRole => ({
  resourceType: 'PractitionerRole',
  id: `${key}-ansvarlig`,
  organization: controllerOf(organization),
  telecom: [{ system: 'phone', value: phone, use: 'work' }],
  ...(hours && {
    availableTime: [
      {
        daysOfWeek: [...WEEKDAYS],
        availableStartTime: `${hours.from}:00`,
        availableEndTime: `${hours.to}:00`,
      },
    ],
    availabilityExceptions: 'Stengt på helligdager.',
  }),
})

const responsibleOf = ({ id = '', organization }: PractitionerRole): CareTeamParticipant => ({
  role: [{ coding: [{ system: ROLES, code: 'RESP' }], text: 'Oppfølgingsansvarlig' }],
  member: {
    reference: `PractitionerRole/${id}`,
    ...(organization?.display !== undefined && { display: organization.display }),
  },
})

const memberOf = ({ role, name }: { role: string; name: string }): CareTeamParticipant => ({
  role: [{ text: role }],
  member: { type: 'Practitioner', display: name },
})

const termsOf = ({ expectedResponse, escalation, stopCriteria }: TermsText): Extension => ({
  url: TERMS,
  extension: [
    ...expectedResponse.map(({ about, minutes, words = '' }) => ({
      url: 'expectedResponse',
      extension: [
        { url: 'about', valueString: about },
        minutes === undefined
          ? { url: 'within', valueString: words }
          : { url: 'within', valueDuration: duration(minutes) },
      ],
    })),
    ...escalation.map((step) => ({ url: 'escalation', valueString: step })),
    ...stopCriteria.map((one) => ({ url: 'stopCriterion', valueString: one })),
  ],
})

const duration = (minutes: number) => ({
  value: minutes,
  unit: 'min',
  system: 'http://unitsofmeasure.org',
  code: 'min',
})

const taskOf = (
  { key }: TeamText,
  { from, to, status, authoredOn, takesOver, reason }: HandOverText,
  subject: ReturnType<typeof personOf>,
): Task => ({
  resourceType: 'Task',
  id: `${key}-overforing`,
  status,
  intent: 'order',
  for: subject,
  focus: { reference: `CareTeam/${key}` },
  authoredOn: `${authoredOn}T09:00:00Z`,
  requester: controllerOf(from.organization),
  owner: controllerOf(to.organization),
  executionPeriod: { start: takesOver },
  reasonCode: { text: reason },
  description: 'Daglig oppfølging av hjemmemålinger',
})
