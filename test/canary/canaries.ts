import { type Chart, generateRows } from '@kilde/demo'
import type { DemoPatient } from '@kilde/people'
import type { Bundle, CarePlan, Condition, Goal, Patient } from 'fhir/r4.js'
import { type Needle, needlesOf } from './needles.js'

/** In every text about the canary patient. It stands nowhere else, so whoever holds it holds something about the patient. */
export const MARK = 'Kanarifugl7vq'

/** A synthetic number (birth month + 80), which nobody else here has. It is a canary itself. */
export const patient: DemoPatient = {
  name: `${MARK} Navnesen`,
  identifier: '17854733125',
  birthDate: '1947-05-17',
  story: 'Everything about this patient is a canary.',
  organizations: ['municipality', 'hospital', 'gp'],
}

export const holders = ['municipality', 'hospital', 'gp'] as const

/** What organisations know of the patient: a name. */
export const patientBundle: Bundle<Patient> = {
  resourceType: 'Bundle',
  type: 'batch',
  entry: [
    {
      resource: {
        resourceType: 'Patient',
        id: 'canary',
        meta: { lastUpdated: '2026-03-02T08:00:00Z' },
        identifier: [{ system: 'urn:oid:2.16.578.1.12.4.1.4.1', value: patient.identifier }],
        name: [{ use: 'official', text: patient.name }],
      },
      request: { method: 'PUT', url: 'Patient/canary' },
    },
  ],
}

/** What to look for: any text about the patient, and the patient's number. */
export const needles: readonly Needle[] = [
  ...needlesOf('a text about the patient', MARK),
  ...needlesOf("the patient's number", patient.identifier),
]

/** A text about the patient, unlike every other; one in three also holds what V8 keeps in two bytes a character. */
export function canary(kind: string, number: number): string {
  const word = `${MARK}-${kind}-${number}`
  return number % 3 === 0 ? `${word} ✓ ${word}` : `${word} ${word}`
}

/** The patient's chart, with canaries wherever a source may write something. */
export function canaryChart(rows: number): Chart {
  const chart = generateRows({ patient, organizations: holders, rows, until: new Date() })
  return new Map(
    [...chart].map(([organization, observations]) => [
      organization,
      observations.map((observation, at) => ({
        ...observation,
        note: [{ text: canary('note', at), authorString: canary('author', at) }],
        device: { display: canary('device', at) },
        method: { text: canary('method', at) },
        bodySite: { text: canary('site', at) },
      })),
    ]),
  )
}

const subject = {
  identifier: { system: 'urn:oid:2.16.578.1.12.4.1.4.1', value: patient.identifier },
}

/** The patient's self-treatment plan: a canary in each text that a plan, its zones, goals and activities have. */
export const planBundle: Bundle<CarePlan | Condition | Goal> = {
  resourceType: 'Bundle',
  type: 'batch',
  entry: [plan(), zone(), whenInZone(), goal()].map((resource) => ({
    resource,
    request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
  })),
}

function plan(): CarePlan {
  return {
    ...{ resourceType: 'CarePlan', id: 'canary-plan', status: 'active', intent: 'plan', subject },
    ...{
      title: canary('plan', 0),
      description: canary('plan', 1),
      period: { start: '2026-03-01' },
    },
    author: { display: canary('author of a plan', 0) },
    goal: [{ reference: 'Goal/canary-goal' }],
    note: [{ text: canary('note of a plan', 0) }],
    activity: [
      {
        detail: {
          ...{ status: 'scheduled', description: canary('activity', 0) },
          scheduledString: canary('activity', 1),
        },
      },
    ],
  }
}

function zone(): CarePlan {
  return {
    ...{ resourceType: 'CarePlan', id: 'canary-zone', status: 'active', intent: 'plan', subject },
    ...{ title: canary('zone', 0), partOf: [{ reference: 'CarePlan/canary-plan' }] },
    addresses: [{ reference: 'Condition/canary-when' }],
    activity: [{ detail: { status: 'not-started', description: canary('zone', 1) } }],
  }
}

function whenInZone(): Condition {
  const system =
    'http://hl7.no/fhir/ig/planer-hacking/CodeSystem/planer-hacking-observation-severity-zone-cs'
  return {
    ...{ resourceType: 'Condition', id: 'canary-when', subject, code: { text: canary('zone', 2) } },
    severity: { coding: [{ system, code: 'yellow' }] },
  }
}

function goal(): Goal {
  return {
    ...{ resourceType: 'Goal', id: 'canary-goal', lifecycleStatus: 'active', subject },
    description: { text: canary('goal', 0) },
    target: [
      {
        measure: { text: canary('goal', 2) },
        detailString: canary('goal', 1),
        dueDate: '2026-12-31',
      },
    ],
  }
}
