import { type OrganizationKey, patients } from '@kilde/people'
import type { EpisodeOfCare } from 'fhir/r4.js'
import { controllerOf, personOf } from '../../fhir/parties.js'
import type { StoryBundle } from '../demo-stories.js'
import { places } from '../places.js'

/** A service; everything else follows from whose it is. */
interface ServiceText {
  readonly key: string
  readonly name: string
  readonly status: EpisodeOfCare['status']
  /** Bare dates. */
  readonly period: { readonly start: string; readonly end?: string }
  readonly waitedFrom?: string
}

/** The services that the demo's patients have, each as its organisation sends it. The same `until` gives the same. */
export function demoServices(until: Date): readonly StoryBundle[] {
  const day = (ago: number): string =>
    new Date(until.getTime() - ago * 86_400_000).toISOString().slice(0, 10)
  return [
    serviceBundle('neighbour', {
      ...{ key: 'hjemmesykepleie', name: 'Helsetjenester i hjemmet', status: 'finished' },
      period: { start: day(180), end: day(120) },
    }),
    serviceBundle('municipality', {
      ...{ key: 'hjemmesykepleie', name: 'Helsetjenester i hjemmet', status: 'active' },
      ...{ period: { start: day(118) }, waitedFrom: day(125) },
    }),
    serviceBundle('municipality', {
      ...{ key: 'trygghetsalarm', name: 'Trygghetsalarm', status: 'active' },
      period: { start: day(100) },
    }),
    serviceBundle('municipality', {
      ...{ key: 'korttidsopphold', name: 'Tidsbegrenset opphold i institusjon', status: 'planned' },
      period: { start: day(-10), end: day(-24) },
    }),
  ]
}

function serviceBundle(organization: OrganizationKey, text: ServiceText): StoryBundle {
  const place = places[organization]
  const { identifier, name } = patients.copd
  const { key, status, period, waitedFrom } = text
  const resource: EpisodeOfCare = {
    resourceType: 'EpisodeOfCare',
    id: key,
    meta: { versionId: '1' },
    identifier: [
      {
        system: `https://kilde.example/namingsystem/${place.organization.number}/tjeneste`,
        value: key,
      },
    ],
    ...{ status, period, type: [{ text: text.name }] },
    ...(waitedFrom !== undefined && {
      statusHistory: [{ status: 'waitlist', period: { start: waitedFrom, end: period.start } }],
    }),
    patient: personOf('Patient', identifier, name),
    managingOrganization: controllerOf(place.organization),
    careManager: place.staff,
  }
  const url = `EpisodeOfCare/${key}`
  const fullUrl = `https://kilde.example/fhir/${url}`
  const entry = [{ fullUrl, resource, request: { method: 'PUT' as const, url } }]
  return { organization, bundle: { resourceType: 'Bundle', type: 'transaction', entry } }
}
