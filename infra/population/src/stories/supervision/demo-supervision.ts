import { type OrganizationKey, patients } from '@kilde/people'
import type { Encounter } from 'fhir/r4.js'
import { controllerOf, personOf } from '../../fhir/parties.js'
import type { StoryBundle } from '../demo-stories.js'
import { places } from '../places.js'

/** A supervision visit; everything else follows from who makes it. */
interface VisitText {
  readonly key: string
  readonly status: Encounter['status']
  readonly start: string
  readonly end: string
  readonly mode: keyof typeof MODES
  readonly reason: '1' | '2'
}

const VKP = 'http://ehelse.no/fhir'
const MODES = { '1': 'bildetilsyn', '2': 'toveis tale' } as const
const REASONS = { '1': 'planlagt tilsyn', '2': 'hendelsesbasert tilsyn' } as const

/** Digital supervision of the demo's patient, as VKP sends it. The same `until` gives the same. */
export function demoSupervision(until: Date): readonly StoryBundle[] {
  const at = (ago: number, time: string): string =>
    `${new Date(until.getTime() - ago * 86_400_000).toISOString().slice(0, 10)}T${time}:00Z`
  return [
    visitBundle('municipality', [
      {
        ...{ key: 'tilsyn-1', status: 'finished', mode: '1', reason: '1' },
        ...{ start: at(2, '21:00'), end: at(2, '21:03') },
      },
      {
        ...{ key: 'tilsyn-2', status: 'finished', mode: '2', reason: '2' },
        ...{ start: at(1, '03:12'), end: at(1, '03:20') },
      },
      {
        ...{ key: 'tilsyn-3', status: 'planned', mode: '1', reason: '1' },
        ...{ start: at(-1, '21:00'), end: at(-1, '21:05') },
      },
    ]),
    visitBundle('neighbour', [
      {
        ...{ key: 'tilsyn-1', status: 'finished', mode: '1', reason: '1' },
        ...{ start: at(125, '21:00'), end: at(125, '21:04') },
      },
    ]),
  ]
}

function visitBundle(organization: OrganizationKey, texts: readonly VisitText[]): StoryBundle {
  const entry = texts.map((text) => {
    const url = `Encounter/${text.key}`
    const fullUrl = `https://kilde.example/fhir/${url}`
    const resource = visitOf(organization, text)
    return { fullUrl, resource, request: { method: 'PUT' as const, url } }
  })
  return { organization, bundle: { resourceType: 'Bundle', type: 'transaction', entry } }
}

function visitOf(organization: OrganizationKey, text: VisitText): Encounter {
  const place = places[organization]
  const { key, status, start, end, mode, reason } = text
  const { identifier, name } = patients.copd
  return {
    resourceType: 'Encounter',
    id: key,
    meta: { versionId: '1', profile: [`${VKP}/StructureDefinition/vkp-Encounter-v090`] },
    identifier: [
      {
        system: `https://kilde.example/namingsystem/${place.organization.number}/tilsyn`,
        value: key,
      },
    ],
    ...{ status, period: { start, end } },
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'VR' },
    subject: personOf('Patient', identifier, name),
    participant: [
      {
        type: [codedBy('mode', mode, MODES[mode])],
        individual: place.staff,
      },
    ],
    reasonCode: [codedBy('reason', reason, REASONS[reason])],
    location: [{ location: { display: 'soverom' } }],
    serviceProvider: controllerOf(place.organization),
  }
}

const codedBy = (list: 'mode' | 'reason', code: string, display: string) => ({
  coding: [{ system: `${VKP}/CodeSystem/vkp-encounter-${list}-v090`, code, display }],
})
