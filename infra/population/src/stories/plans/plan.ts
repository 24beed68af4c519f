import { codeSystems, type MeasurementKind, measurementOfKind } from '@kilde/contract'
import type { DemoPatient } from '@kilde/people'
import type {
  Bundle,
  BundleEntry,
  CarePlan,
  CodeableConcept,
  Condition,
  FhirResource,
  Goal,
  GoalTarget,
  Quantity,
  ServiceRequest,
} from 'fhir/r4.js'
import { controllerOf, type Place, personOf } from '../../fhir/parties.js'

/** What a plan says; everything else follows from where and about whom it was made. */
export interface PlanText {
  /** Unique at the organisation, e.g. `kols-egenbehandling`. */
  readonly key: string
  readonly kind: 'treatment' | 'self-treatment'
  readonly status: CarePlan['status']
  /** Bare dates. */
  readonly period: { readonly start: string; readonly end?: string }
  readonly version?: number
  readonly title: string
  readonly description?: string
  readonly about?: CodeableConcept
  readonly zones?: Readonly<Record<ZoneLevel, { readonly when: string; readonly what: string }>>
  readonly goals?: readonly GoalText[]
  readonly measures?: readonly MeasureText[]
}

interface GoalText {
  readonly text: string
  readonly kind?: MeasurementKind
  readonly range?: readonly [low: number | undefined, high: number | undefined]
  readonly due?: string
}

/** A measurement that the plan asks for. */
interface MeasureText {
  readonly kind: MeasurementKind
  readonly often: { readonly times: number; readonly unit: 'd' | 'wk' }
  readonly device?: string
}

type ZoneLevel = 'green' | 'yellow' | 'red'

const VKP = 'http://ehelse.no/fhir/CodeSystem/vkp-careplan-category-v090'
const ZONES =
  'http://hl7.no/fhir/ig/planer-hacking/CodeSystem/planer-hacking-observation-severity-zone-cs'
const PROFILES = 'http://hl7.no/fhir/ig/planer-hacking/StructureDefinition/planer-hacking-v2'
const KINDS = {
  treatment: { code: '1', display: 'behandlingsplan' },
  'self-treatment': { code: '2', display: 'egenbehandlingsplan' },
} as const
const LEVELS = { green: 'grønn', yellow: 'gul', red: 'rød' } as const

/** A plan as FHIR: the plan, its goals and requests, and in the zone model a plan and a condition for each zone. */
export function planBundle(patient: DemoPatient, place: Place, text: PlanText): Bundle {
  const subject = personOf('Patient', patient.identifier, patient.name)
  const goals = (text.goals ?? []).map((goal, at) =>
    goalOf(`${text.key}-mal-${at + 1}`, goal, subject),
  )
  const requests = (text.measures ?? []).map((measure, at) =>
    requestOf(`${text.key}-maling-${at + 1}`, measure, subject),
  )
  const addressed = text.about ? [conditionOf(`${text.key}-tilstand`, text.about, subject)] : []
  const levels = Object.keys(text.zones ?? {}) as ZoneLevel[]
  const zones = levels.flatMap((level) => zoneOf(text, level, subject))
  const plan: CarePlan = {
    resourceType: 'CarePlan',
    id: text.key,
    meta: {
      versionId: String(text.version ?? 1),
      lastUpdated: `${text.period.start}T08:00:00Z`,
      ...(levels.length > 0 && { profile: [`${PROFILES}-careplan`] }),
    },
    identifier: [
      {
        system: `https://kilde.example/namingsystem/${place.organization.number}/plan`,
        value: text.key,
      },
    ],
    status: text.status,
    intent: 'plan',
    category: [{ coding: [{ system: VKP, ...KINDS[text.kind] }] }],
    title: text.title,
    ...(text.description !== undefined && { description: text.description }),
    subject,
    period: text.period,
    created: text.period.start,
    author: place.staff,
    contributor: [controllerOf(place.organization)],
    ...(addressed.length > 0 && { addresses: addressed.map(referenceTo) }),
    ...(goals.length > 0 && { goal: goals.map(referenceTo) }),
    ...(requests.length > 0 && {
      activity: requests.map((request) => ({ reference: referenceTo(request) })),
    }),
  }
  const resources = [plan, ...addressed, ...goals, ...requests, ...zones]
  return { resourceType: 'Bundle', type: 'transaction', entry: resources.map(entryOf) }
}

type Subject = ReturnType<typeof personOf>

const referenceTo = ({ resourceType, id = '' }: FhirResource) => ({
  reference: `${resourceType}/${id}`,
})

/** PUT under the sender's own id: sent again, it changes nothing. */
function entryOf(resource: FhirResource): BundleEntry {
  const url = `${resource.resourceType}/${resource.id ?? ''}`
  return { fullUrl: `https://kilde.example/fhir/${url}`, resource, request: { method: 'PUT', url } }
}

function zoneOf(text: PlanText, level: ZoneLevel, subject: Subject): (CarePlan | Condition)[] {
  const zone = text.zones?.[level]
  if (!zone) return []
  const condition: Condition = {
    ...conditionOf(`${text.key}-${level}-tilstand`, { text: zone.when }, subject),
    severity: { coding: [{ system: ZONES, code: level, display: `${LEVELS[level]} sone` }] },
  }
  const plan: CarePlan = {
    resourceType: 'CarePlan',
    id: `${text.key}-${level}`,
    meta: { profile: [`${PROFILES}-zone-careplan`] },
    partOf: [{ reference: `CarePlan/${text.key}` }],
    status: 'active',
    intent: 'plan',
    title: `Tiltak – ${LEVELS[level]} sone`,
    subject,
    addresses: [referenceTo(condition)],
    activity: [{ detail: { status: 'not-started', description: zone.what } }],
  }
  return [condition, plan]
}

const conditionOf = (id: string, code: CodeableConcept, subject: Subject): Condition => ({
  resourceType: 'Condition',
  ...{ id, code, subject },
  clinicalStatus: {
    coding: [
      { system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' },
    ],
  },
})

function goalOf(id: string, { text, kind, range, due }: GoalText, subject: Subject): Goal {
  const target: GoalTarget = {
    ...(kind && { measure: codeOf(kind) }),
    ...(kind && range && { detailRange: rangeOf(kind, range) }),
    ...(due !== undefined && { dueDate: due }),
  }
  return {
    resourceType: 'Goal',
    ...{ id, subject, lifecycleStatus: 'active', description: { text } },
    ...(Object.keys(target).length > 0 && { target: [target] }),
  }
}

function rangeOf(kind: MeasurementKind, [low, high]: NonNullable<GoalText['range']>) {
  const unit = measurementOfKind(kind)?.unit ?? '1'
  const end = (value: number): Quantity => ({ value, unit, system: codeSystems.ucum, code: unit })
  return {
    ...(low !== undefined && { low: end(low) }),
    ...(high !== undefined && { high: end(high) }),
  }
}

function requestOf(id: string, measure: MeasureText, subject: Subject): ServiceRequest {
  const { kind, often, device } = measure
  return {
    resourceType: 'ServiceRequest',
    ...{ id, subject, status: 'active', intent: 'plan', code: codeOf(kind) },
    occurrenceTiming: { repeat: { frequency: often.times, period: 1, periodUnit: often.unit } },
    ...(device !== undefined && { performer: [{ type: 'Device', display: device }] }),
  }
}

function codeOf(kind: MeasurementKind): CodeableConcept {
  const measurement = measurementOfKind(kind)
  const code = measurement?.loinc[0]
  return {
    ...(code && { coding: [{ system: codeSystems.loinc, code, display: measurement.english }] }),
    text: measurement?.norwegian ?? kind,
  }
}
