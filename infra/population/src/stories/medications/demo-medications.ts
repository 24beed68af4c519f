import { type OrganizationKey, patients } from '@kilde/people'
import type { MedicationRequest, MedicationStatement, Reference } from 'fhir/r4.js'
import { personOf } from '../../fhir/parties.js'
import type { StoryBundle } from '../demo-stories.js'
import { places } from '../places.js'

/** An entry of a list of medicines; everything else follows from whose list it is. */
interface EntryText {
  readonly key: string
  /** ATC. */
  readonly atc: string
  readonly name: string
  readonly dose: string
  readonly perDay: number
  readonly unit: string
  readonly since: string
  readonly asserted: string
  readonly status?: MedicationStatement['status']
  readonly reason?: string
  readonly by?: 'patient'
  /** Prescribed by the organisation itself, on this day. */
  readonly prescribed?: string
}

/** What the demo's organisations have in their own lists: they differ, as real ones do. The same `until` gives the same. */
export function demoMedications(until: Date): readonly StoryBundle[] {
  const day = (ago: number): string =>
    new Date(until.getTime() - ago * 86_400_000).toISOString().slice(0, 10)
  const tiotropium = { atc: 'R03BB04', name: 'Tiotropium 2,5 µg inhalasjon', unit: 'doser' }
  return [
    medicationBundle('municipality', [
      {
        ...{ ...tiotropium, key: 'tiotropium', dose: '2 doser om morgenen', perDay: 1 },
        ...{ since: day(400), asserted: day(30), reason: 'Kols', prescribed: day(400) },
      },
      {
        ...{ key: 'prednisolon', atc: 'H02AB06', name: 'Prednisolon 5 mg tablett' },
        ...{ dose: '6 tabletter om morgenen ved forverring', perDay: 1, unit: 'tabletter' },
        ...{ since: day(4), asserted: day(4), by: 'patient' },
      },
    ]),
    medicationBundle('hospital', [
      {
        ...{ ...tiotropium, key: 'tiotropium', dose: '2 doser to ganger daglig', perDay: 2 },
        ...{ since: day(3), asserted: day(1), status: 'stopped' },
      },
    ]),
  ]
}

function medicationBundle(organization: OrganizationKey, texts: readonly EntryText[]): StoryBundle {
  const resources = texts.flatMap((text) => [
    ...(text.prescribed === undefined ? [] : [requestOf(organization, text, text.prescribed)]),
    statementOf(organization, text),
  ])
  const entry = resources.map((resource) => {
    const url = `${resource.resourceType}/${resource.id ?? ''}`
    const fullUrl = `https://kilde.example/fhir/${url}`
    return { fullUrl, resource, request: { method: 'PUT' as const, url } }
  })
  return { organization, bundle: { resourceType: 'Bundle', type: 'transaction', entry } }
}

const identifierOf = (organization: OrganizationKey, key: string, kind: string) => [
  {
    system: `https://kilde.example/namingsystem/${places[organization].organization.number}/${kind}`,
    value: key,
  },
]

const aboutOf = ({ atc, name }: EntryText) => ({
  medicationCodeableConcept: {
    coding: [{ system: 'http://www.whocc.no/atc', code: atc }],
    text: name,
  },
  subject: personOf('Patient', patients.copd.identifier, patients.copd.name),
})

function statementOf(organization: OrganizationKey, text: EntryText): MedicationStatement {
  const { key, status = 'active', since, asserted, reason, by, prescribed } = text
  return {
    resourceType: 'MedicationStatement',
    ...{ id: key, meta: { versionId: '1' }, status, dateAsserted: asserted },
    identifier: identifierOf(organization, key, 'legemiddel'),
    ...aboutOf(text),
    effectivePeriod: { start: since },
    informationSource: sourceOf(organization, by),
    ...(prescribed !== undefined && { basedOn: [{ reference: `MedicationRequest/${key}` }] }),
    ...(reason !== undefined && { reasonCode: [{ text: reason }] }),
    dosage: [dosageOf(text)],
  }
}

const sourceOf = (organization: OrganizationKey, by: EntryText['by']): Reference =>
  by === 'patient'
    ? personOf('Patient', patients.copd.identifier, patients.copd.name)
    : places[organization].staff

const dosageOf = ({ dose, perDay, unit }: EntryText) => ({
  text: dose,
  timing: { repeat: { frequency: perDay, period: 1, periodUnit: 'd' as const } },
  doseAndRate: [{ doseQuantity: { value: Number(dose[0]), unit } }],
})

function requestOf(
  organization: OrganizationKey,
  text: EntryText,
  authoredOn: string,
): MedicationRequest {
  return {
    resourceType: 'MedicationRequest',
    ...{ id: text.key, meta: { versionId: '1' }, status: 'active', intent: 'order', authoredOn },
    identifier: identifierOf(organization, text.key, 'rekvirering'),
    ...aboutOf(text),
    requester: places[organization].staff,
    dosageInstruction: [dosageOf(text)],
  }
}
