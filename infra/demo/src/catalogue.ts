import type { CatalogueContent } from '@kilde/catalogue'
import { contractVersion } from '@kilde/contract'
import { acuteWard, type OrganizationKey, operator, organizations } from '@kilde/people'
import type { PublicJwk } from '@kilde/trust'

const KINDS = {
  municipality: 'MUNICIPALITY',
  hospital: 'HOSPITAL',
  gp: 'GP',
  private: 'PRIVATE',
} as const
const TERMS = [{ version: '1.0', date: '2024-01-01' }] as const
const FROM = '2024-01-01'
/** What everybody shares. */
const CLASSES = [
  'Observation',
  'CarePlan',
  'Device',
  'MedicationDispense',
  'CareTeam',
  'Appointment',
  'Communication',
  'QuestionnaireResponse',
  'EpisodeOfCare',
  'DetectedIssue',
  'RelatedPerson',
  'DocumentReference',
  'MedicationStatement',
  'ClinicalImpression',
  'Encounter',
]

/** By which keys organisations sign their answers, and which of them answer only what the requester has signed. */
export interface DemoSigning {
  readonly pageKeys: Readonly<Partial<Record<OrganizationKey, PublicJwk>>>
  readonly signed: readonly OrganizationKey[]
}

/** The organisation whose node answers for another, as its supplier; for itself where it has its own. */
export type HostOf = (organization: OrganizationKey) => OrganizationKey

/** What the registry holds in the demo: everybody has accepted the terms, and everybody has an agreement with everybody. */
export function demoCatalogue(
  endpoints: Readonly<Partial<Record<OrganizationKey | 'operator', string>>>,
  signing: DemoSigning = { pageKeys: {}, signed: [] },
  hostOf: HostOf = (key) => key,
): CatalogueContent {
  const keys = (Object.keys(organizations) as OrganizationKey[]).filter((key) => endpoints[key])
  const pairs = keys.flatMap((consumer) =>
    keys.filter((key) => key !== consumer).map((provider) => [consumer, provider] as const),
  )
  return {
    organizations: [
      ...keys.flatMap((key) => entriesOf(key, endpoints[key] ?? '', signing, hostOf(key))),
      ...(endpoints.operator === undefined ? [] : [operatorEntry(endpoints.operator)]),
    ],
    agreements: pairs.map(([consumer, provider]) => agreementOf(consumer, provider)),
    memberships: keys.map((key) => ({
      organization: organizations[key].number,
      acceptedTerms: TERMS,
      validFrom: FROM,
    })),
  }
}

/** Whoever runs the gateway shares its log with the patients it is about, and nothing else. */
const operatorEntry = (endpoint: string): CatalogueContent['organizations'][number] => ({
  ...operator,
  ...{ kind: 'OTHER', contractVersion, state: 'ACTIVE' },
  endpoint,
  dataClasses: ['AuditEvent'],
  servesCitizens: true,
})

/** The legal entity, which shares, and the sub-units where care is given. */
function entriesOf(
  key: OrganizationKey,
  endpoint: string,
  { pageKeys, signed }: DemoSigning,
  host: OrganizationKey,
): CatalogueContent['organizations'] {
  const pageKey = pageKeys[key]
  const { number, name, kind } = organizations[key]
  const common = { kind: KINDS[kind], contractVersion, state: 'ACTIVE' } as const
  const units = key === 'hospital' ? [organizations[key], acuteWard] : [organizations[key]]
  return [
    {
      ...{ ...common, number, name, endpoint, dataClasses: CLASSES, servesCitizens: true },
      ...(pageKey && { pageKeys: [pageKey] }),
      ...(signed.includes(key) && { requestSignature: 'REQUESTER' as const }),
      ...(host !== key && {
        suppliers: [{ organization: organizations[host].number, validFrom: FROM }],
      }),
    },
    ...units.map(({ pointOfCare, pointOfCareName }) => ({
      ...common,
      number: pointOfCare,
      name: pointOfCareName,
      parent: number,
      dataClasses: [],
      servesCitizens: false,
    })),
  ]
}

function agreementOf(
  consumer: OrganizationKey,
  provider: OrganizationKey,
): CatalogueContent['agreements'][number] {
  return {
    id: `${consumer}-${provider}`,
    consumer: organizations[consumer].number,
    provider: organizations[provider].number,
    dataClasses: CLASSES,
    purposes: ['TREAT', 'ETREAT', 'COC', 'BTG'],
    legalBasis: 'helsepersonelloven § 45, pasientjournalloven § 19',
    riskAssessment: `ROS ${consumer}-${provider} 1.0`,
    validFrom: FROM,
  }
}
