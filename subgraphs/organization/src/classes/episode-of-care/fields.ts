import { toConcepts } from '../../map/concept.js'
import { endOf } from '../../map/effective.js'
import type { MapContext } from '../../map/observation.js'
import type { ClassRow } from '../../sources/source.js'
import { assembleEach } from '../assemble-each.js'
import { holdsFrom } from '../care-plan/times.js'
import { commonFields, commonNeeds, instant, type ReadRow } from '../common-fields.js'
import { contentOf } from '../content.js'
import { tokensOf } from '../measures.js'
import { type Parties, readParties } from '../parties.js'
import type { Assembled, HeldResource } from '../resource-class.js'
import { type EpisodeElements, readEpisodeElements } from './elements.js'

interface ReadService extends ReadRow {
  readonly elements: EpisodeElements
  readonly parties: Parties
}

/** Each EpisodeOfCare is a row. */
export const assembleServices = (resources: readonly HeldResource[]): Assembled =>
  assembleEach(resources, {
    type: 'EpisodeOfCare',
    read: readEpisodeElements,
    facts: (elements) => {
      const { status, type = [], period, managingOrganization, contained = [] } = elements
      const provider = readParties([], contained).partyOf(managingOrganization)
      return {
        when: holdsFrom(elements),
        status,
        content: contentOf({ status, period, provider, type: type.map((one) => tokensOf([one])) }),
        facets: { code: tokensOf(type) },
        codes: tokensOf(type),
      }
    },
  })

/** @throws where the service is not what FHIR R4 says: it is dropped alone */
export function readService(row: ClassRow, context: MapContext): ReadService {
  const elements = readEpisodeElements(row.resource)
  const parties = readParties([], elements.contained ?? [])
  return { row, elements, parties, when: holdsFrom(elements), context }
}

/** Fields of the contract's EpisodeOfCare. Each runs only where it is selected. */
export const serviceFields = {
  ...commonFields,
  type: ({ elements }: ReadService) => toConcepts(elements.type),
  effectiveEnd: ({ elements: { period } }: ReadService) =>
    period?.end === undefined ? undefined : endOf(period.end),
  updated: ({ elements }: ReadService) => instant(elements.meta?.lastUpdated),
  provider: ({ elements, parties }: ReadService) => parties.partyOf(elements.managingOrganization),
  careManager: ({ elements, parties }: ReadService) => parties.partyOf(elements.careManager),
  statusHistory: ({ elements }: ReadService) => historyOf(elements),
} as const

/** Which elements of the FHIR resource a field is made of. */
export const serviceNeeds: Readonly<Record<string, readonly string[]>> = {
  ...commonNeeds(['period', 'meta']),
  type: ['type'],
  effectiveEnd: ['period'],
  updated: ['meta'],
  provider: ['managingOrganization', 'contained'],
  careManager: ['careManager', 'contained'],
  statusHistory: ['statusHistory'],
}

export const serviceStatuses = [
  ...['PLANNED', 'WAITLIST', 'ACTIVE', 'ONHOLD', 'FINISHED', 'CANCELLED', 'ENTERED_IN_ERROR'],
]

/** In the order of time; what was entered in error never was. */
function historyOf({ statusHistory = [] }: EpisodeElements) {
  const entries = statusHistory.flatMap(({ status, period }) => {
    const spelled = status?.toUpperCase().replaceAll('-', '_') ?? ''
    const start = instant(period?.start)
    if (!serviceStatuses.includes(spelled) || spelled === 'ENTERED_IN_ERROR') return []
    return [
      { status: spelled, start, end: period?.end === undefined ? undefined : endOf(period.end) },
    ]
  })
  return entries.toSorted((a, b) => Date.parse(a.start ?? '') - Date.parse(b.start ?? '') || 0)
}
