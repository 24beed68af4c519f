import { type OrganizationKey, patients } from '@kilde/people'
import type { RelatedPerson } from 'fhir/r4.js'
import { personOf } from '../../fhir/parties.js'
import type { StoryBundle } from '../demo-stories.js'

const CONTACT = 'http://terminology.hl7.org/CodeSystem/v2-0131'
const FAMILY = 'http://hl7.no/fhir/CodeSystem/no-basis-family-relation'
const GUARDIAN = 'http://ehelse.no/fhir/CodeSystem/gd-person-guardiantype'
const GUARDIANSHIP = 'http://ehelse.no/fhir/StructureDefinition/gd-guardianship'

/** Somebody that an organisation knows of; everything else follows from whose it is. */
interface KinText {
  readonly key: string
  readonly family: string
  readonly given: string
  readonly phone: string
  readonly since: string
  readonly relationship: NonNullable<RelatedPerson['relationship']>
}

const coded = (system: string, code: string, text: string) => ({
  coding: [{ system, code }],
  text,
})

/** Next of kin of the demo's patients: two organisations know the same daughter by different telephone numbers. */
export function demoNextOfKin(until: Date): readonly StoryBundle[] {
  const day = (ago: number): string =>
    new Date(until.getTime() - ago * 86_400_000).toISOString().slice(0, 10)
  const daughter = { key: 'datter', family: 'Kols', given: 'Dagny', since: day(110) }
  const child = coded(FAMILY, 'barn', 'Datter')
  return [
    kinBundle('municipality', {
      ...{ ...daughter, phone: '+47 99 00 00 01' },
      relationship: [child, coded(CONTACT, 'N', 'Nærmeste pårørende')],
    }),
    kinBundle('municipality', {
      ...{ key: 'verge', family: 'Vik', given: 'Vidar', phone: '+47 99 00 00 03', since: day(60) },
      relationship: [
        {
          ...coded(GUARDIAN, 'voksen', 'Verge'),
          extension: [
            {
              url: GUARDIANSHIP,
              extension: [{ url: 'scope', valueCoding: { code: 'oekonomiskeInteresser' } }],
            },
          ],
        },
      ],
    }),
    kinBundle('hospital', {
      ...{ ...daughter, phone: '+47 99 00 00 02', since: day(40) },
      relationship: [child, coded(CONTACT, 'C', 'Kontaktes ved akutt innleggelse')],
    }),
  ]
}

function kinBundle(organization: OrganizationKey, text: KinText): StoryBundle {
  const { identifier, name } = patients.copd
  const { key, family, given, phone, since, relationship } = text
  const resource: RelatedPerson = {
    resourceType: 'RelatedPerson',
    id: key,
    meta: { versionId: '1' },
    active: true,
    patient: personOf('Patient', identifier, name),
    relationship,
    name: [{ use: 'official', family, given: [given] }],
    telecom: [{ system: 'phone', value: phone, use: 'mobile' }],
    period: { start: since },
  }
  const url = `RelatedPerson/${key}`
  const fullUrl = `https://kilde.example/fhir/${url}`
  const entry = [{ fullUrl, resource, request: { method: 'PUT' as const, url } }]
  return { organization, bundle: { resourceType: 'Bundle', type: 'transaction', entry } }
}
