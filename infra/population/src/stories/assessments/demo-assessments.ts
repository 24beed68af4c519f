import { type OrganizationKey, patients } from '@kilde/people'
import type { ClinicalImpression, Reference } from 'fhir/r4.js'
import { personOf } from '../../fhir/parties.js'
import type { StoryBundle } from '../demo-stories.js'
import { places } from '../places.js'

/** An assessment; everything else follows from where it was made. */
interface AssessmentText {
  readonly key: string
  readonly status: ClinicalImpression['status']
  readonly at: string
  readonly summary: string
  readonly finding: string
  /** The alert that it was made over, at the same organisation. */
  readonly alert?: string
}

/** What professionals made of the demo patient's measurements and alerts. The same `until` gives the same. */
export function demoAssessments(until: Date): readonly StoryBundle[] {
  const at = (ago: number, time: string): string =>
    `${new Date(until.getTime() - ago * 86_400_000).toISOString().slice(0, 10)}T${time}:00Z`
  return [
    assessmentBundle('municipality', {
      ...{ key: 'vurdering-1', status: 'completed', at: at(4, '12:30') },
      summary: 'Oksygenmetningen er lavere enn pasientens eget referanseområde. Lege kontaktet.',
      ...{ finding: 'Forverring av kols', alert: 'varsel-metning' },
    }),
    assessmentBundle('hospital', {
      ...{ key: 'vurdering-1', status: 'in-progress', at: at(1, '08:15') },
      ...{
        summary: 'Bedre etter behandling. Vurderes på nytt i morgen.',
        finding: 'Kols i bedring',
      },
    }),
  ]
}

function assessmentBundle(organization: OrganizationKey, text: AssessmentText): StoryBundle {
  const place = places[organization]
  const { identifier, name } = patients.copd
  const { key, status, at, summary, finding, alert } = text
  const naming = `https://kilde.example/namingsystem/${place.organization.number}`
  const looked: Reference[] =
    alert === undefined
      ? []
      : [{ type: 'DetectedIssue', identifier: { system: `${naming}/alert`, value: alert } }]
  const resource: ClinicalImpression = {
    resourceType: 'ClinicalImpression',
    ...{ id: key, meta: { versionId: '1' }, status, effectiveDateTime: at, date: at, summary },
    identifier: [{ system: `${naming}/vurdering`, value: key }],
    code: { text: 'Vurdering av hjemmemålinger' },
    subject: personOf('Patient', identifier, name),
    assessor: place.staff,
    ...(looked.length > 0 && { investigation: [{ code: { text: 'Varsel' }, item: looked }] }),
    finding: [{ itemCodeableConcept: { text: finding } }],
  }
  const url = `ClinicalImpression/${key}`
  const fullUrl = `https://kilde.example/fhir/${url}`
  const entry = [{ fullUrl, resource, request: { method: 'PUT' as const, url } }]
  return { organization, bundle: { resourceType: 'Bundle', type: 'transaction', entry } }
}
