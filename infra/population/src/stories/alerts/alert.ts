import { codeSystems, type MeasurementKind, measurementOfKind } from '@kilde/contract'
import type { DemoPatient } from '@kilde/people'
import type {
  Bundle,
  BundleEntry,
  CodeableConcept,
  Composition,
  DetectedIssue,
  FhirResource,
  ServiceRequest,
  Task,
} from 'fhir/r4.js'
import { controllerOf, type Place, personOf } from '../../fhir/parties.js'

/** What an alert says; everything else follows from where and about whom it was raised. */
export interface AlertText {
  /** Unique at the organisation, e.g. `varsel-vekt`. */
  readonly key: string
  readonly code: '5' | '5.1' | '5.3' | '5.3.1' | '5.3.2'
  readonly version?: number
  readonly status?: DetectedIssue['status']
  readonly raised: Date
  readonly severity?: DetectedIssue['severity']
  readonly zone?: 'green' | 'yellow' | 'red'
  readonly detail?: string
  /** The plan that it was raised over. */
  readonly over?: { readonly key: string; readonly display: string }
  readonly about?: MeasurementKind
  /** When what is missing was due. */
  readonly due?: Date
  readonly noted?: NoteText
  readonly assigned?: { readonly at: Date; readonly status: Task['status'] }
}

interface NoteText {
  readonly begun: Date
  readonly signed?: Date
  readonly text: string
}

const VKP = 'http://ehelse.no/fhir/CodeSystem/vkp'
const PROFILE = 'http://ehelse.no/fhir/StructureDefinition/vkp'
const ZONES =
  'http://hl7.no/fhir/ig/planer-hacking/CodeSystem/planer-hacking-observation-severity-zone-cs'
const NAMES = {
  '5': 'Digital hjemmeoppfølging',
  '5.1': 'Oppsummerende varsel',
  '5.3': 'Inaktiv pasient',
  '5.3.1': 'Manglende skjemabesvarelse',
  '5.3.2': 'Måling ikke rapportert',
} as const

type Subject = ReturnType<typeof personOf>

/** An alert as VKP sends it: the alert, the note that follows it up, and the task that somebody was given. */
export function alertBundle(patient: DemoPatient, place: Place, text: AlertText): Bundle {
  const subject = personOf('Patient', patient.identifier, patient.name)
  const resources = [
    issueOf(text, place, subject),
    ...(text.noted ? [noteOf(text, text.noted, place, subject)] : []),
    ...(text.assigned ? [taskOf(text, text.assigned, place, subject)] : []),
  ]
  return { resourceType: 'Bundle', type: 'transaction', entry: resources.map(entryOf) }
}

/** PUT under the sender's own id: sent again, it changes nothing. */
function entryOf(resource: FhirResource): BundleEntry {
  const url = `${resource.resourceType}/${resource.id ?? ''}`
  return { fullUrl: `https://kilde.example/fhir/${url}`, resource, request: { method: 'PUT', url } }
}

function issueOf(text: AlertText, { organization }: Place, subject: Subject): DetectedIssue {
  const { key, code, version = 1, status = 'final', raised, severity, detail, over, due } = text
  const found = foundBy(text)
  return {
    resourceType: 'DetectedIssue',
    id: key,
    meta: { versionId: String(version), profile: [`${PROFILE}-DetectedIssue-v090`] },
    identifier: [
      {
        system: `https://kilde.example/namingsystem/${organization.number}/alert`,
        value: key,
        assigner: controllerOf(organization),
      },
    ],
    status,
    code: codeOf(code),
    ...(severity && { severity }),
    patient: subject,
    identifiedDateTime: raised.toISOString(),
    author: { type: 'Device', display: 'Oppfølgingsløsning' },
    ...(detail !== undefined && { detail }),
    ...(found.length > 0 && { evidence: [{ code: found }] }),
    implicated: [
      ...(over ? [planOf(over, organization.number)] : []),
      ...(due ? [{ reference: '#forventet' }] : []),
    ],
    ...(due && { contained: [requestOf(text, due, subject)] }),
  }
}

/** By its identifier: ids are each node's own. */
const planOf = ({ key, display }: NonNullable<AlertText['over']>, number: string) => ({
  type: 'CarePlan',
  identifier: { system: `https://kilde.example/namingsystem/${number}/plan`, value: key },
  display,
})

const codeOf = (code: AlertText['code']): CodeableConcept => ({
  coding: [{ system: `${VKP}-alert-code-v090`, code, display: NAMES[code] }],
})

function foundBy({ zone, about, due }: AlertText): CodeableConcept[] {
  const coding = zone && [{ system: ZONES, code: zone }]
  return [...(coding ? [{ coding }] : []), ...(about && !due ? [measureOf(about)] : [])]
}

function measureOf(kind: MeasurementKind): CodeableConcept {
  const measurement = measurementOfKind(kind)
  const code = measurement?.loinc[0]
  return {
    ...(code && { coding: [{ system: codeSystems.loinc, code, display: measurement.english }] }),
    text: measurement?.norwegian ?? kind,
  }
}

const requestOf = ({ about }: AlertText, due: Date, subject: Subject): ServiceRequest => ({
  resourceType: 'ServiceRequest',
  ...{ id: 'forventet', status: 'active', intent: 'plan', subject },
  ...(about && { code: measureOf(about) }),
  occurrenceDateTime: due.toISOString(),
})

/** VKP's chain of events: reported, taken in hand, signed for. */
function noteOf(alert: AlertText, noted: NoteText, place: Place, subject: Subject): Composition {
  const event = (code: string, at: Date) => ({
    code: [{ coding: [{ system: `${VKP}-composition-event-v090`, code }] }],
    period: { start: at.toISOString() },
  })
  const { begun, signed, text } = noted
  return {
    resourceType: 'Composition',
    id: `${alert.key}-notat`,
    meta: { profile: [`${PROFILE}-Composition-v090`] },
    status: 'final',
    type: codeOf(alert.code),
    category: [{ coding: [{ system: `${VKP}-composition-category-v090`, code: '2' }] }],
    subject,
    date: (signed ?? begun).toISOString(),
    author: [place.staff],
    title: 'Oppfølging av varsel',
    event: [event('0', alert.raised), event('1', begun), ...(signed ? [event('3', signed)] : [])],
    section: [
      {
        code: { coding: [{ system: `${VKP}-composition-section-v090`, code: '1.1' }] },
        text: {
          status: 'generated',
          div: `<div xmlns="http://www.w3.org/1999/xhtml">${text}</div>`,
        },
        entry: [{ reference: `DetectedIssue/${alert.key}` }],
      },
    ],
  }
}

const taskOf = (
  { key, raised }: AlertText,
  { at, status }: NonNullable<AlertText['assigned']>,
  { staff }: Place,
  subject: Subject,
): Task => ({
  resourceType: 'Task',
  id: `${key}-oppgave`,
  ...{ status, intent: 'order', for: subject, owner: staff },
  focus: { reference: `DetectedIssue/${key}` },
  authoredOn: raised.toISOString(),
  lastModified: at.toISOString(),
})
