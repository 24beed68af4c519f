import { type OrganizationKey, patients } from '@kilde/people'
import type { DocumentReference } from 'fhir/r4.js'
import { controllerOf, personOf } from '../../fhir/parties.js'
import type { StoryBundle } from '../demo-stories.js'
import { places } from '../places.js'

/** A document; everything else follows from whose it is. */
interface DocumentText {
  readonly key: string
  readonly kind: keyof typeof KINDS
  readonly written: string
  readonly docStatus: NonNullable<DocumentReference['docStatus']>
  readonly replaces?: string
  /** A note in words; without, a document that is read where it was written. */
  readonly words?: string
}

/** Norwegian code system 9602 [dokumenttyper], LOINC beside it. */
const KINDS = {
  note: { code: 'A02-2', display: 'Notat', loinc: '11506-3' },
  discharge: { code: 'A01-2', display: 'Epikrise', loinc: '18842-5' },
} as const

/** Notes and documents about the demo's patient, each as its organisation sends it. The same `until` gives the same. */
export function demoDocuments(until: Date): readonly StoryBundle[] {
  const at = (ago: number, time: string): string =>
    `${new Date(until.getTime() - ago * 86_400_000).toISOString().slice(0, 10)}T${time}:00Z`
  return [
    documentBundle('municipality', [
      {
        ...{ key: 'notat-1', kind: 'note', written: at(4, '12:10'), docStatus: 'final' },
        words: 'Ringt pasienten. Mer tungpust siden mandag, ny måling avtalt til kl. 16.',
      },
      {
        ...{ key: 'notat-2', kind: 'note', written: at(4, '12:40'), docStatus: 'amended' },
        replaces: 'notat-1',
        words: 'Ringt pasienten. Mer tungpust siden søndag, ny måling avtalt til kl. 16.',
      },
    ]),
    documentBundle('hospital', [
      { key: 'epikrise-1', kind: 'discharge', written: at(1, '09:30'), docStatus: 'final' },
    ]),
  ]
}

function documentBundle(
  organization: OrganizationKey,
  texts: readonly DocumentText[],
): StoryBundle {
  const entry = texts.map((text) => {
    const url = `DocumentReference/${text.key}`
    const fullUrl = `https://kilde.example/fhir/${url}`
    const resource = documentOf(organization, text)
    return { fullUrl, resource, request: { method: 'PUT' as const, url } }
  })
  return { organization, bundle: { resourceType: 'Bundle', type: 'transaction', entry } }
}

function documentOf(organization: OrganizationKey, text: DocumentText): DocumentReference {
  const place = places[organization]
  const { identifier, name } = patients.copd
  const { key, kind, written, docStatus, replaces, words } = text
  const { code, display, loinc } = KINDS[kind]
  const system = `https://kilde.example/namingsystem/${place.organization.number}/dokument`
  return {
    resourceType: 'DocumentReference',
    id: key,
    meta: { versionId: '1' },
    masterIdentifier: { system, value: key },
    ...{ status: 'current', docStatus, date: written },
    type: {
      coding: [
        { system: 'urn:oid:2.16.578.1.12.4.1.1.9602', code, display },
        { system: 'http://loinc.org', code: loinc },
      ],
      text: display,
    },
    subject: personOf('Patient', identifier, name),
    author: [place.staff],
    custodian: controllerOf(place.organization),
    ...(replaces !== undefined && {
      relatesTo: [
        {
          code: 'replaces',
          target: { type: 'DocumentReference', identifier: { system, value: replaces } },
        },
      ],
    }),
    content: [{ attachment: words === undefined ? PDF : noteOf(words) }],
  }
}

const PDF = { contentType: 'application/pdf', language: 'nb', title: 'Epikrise', size: 48_213 }

const noteOf = (words: string) => ({
  ...{ contentType: 'text/plain', language: 'nb' },
  data: Buffer.from(words).toString('base64'),
})
