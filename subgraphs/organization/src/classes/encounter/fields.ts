import { toConcepts } from '../../map/concept.js'
import { endOf } from '../../map/effective.js'
import type { MapContext } from '../../map/observation.js'
import type { ClassRow } from '../../sources/source.js'
import { assembleEach } from '../assemble-each.js'
import { kindOf } from '../authors.js'
import { commonFields, commonNeeds, type ReadRow } from '../common-fields.js'
import { contentOf } from '../content.js'
import { tokensOf } from '../measures.js'
import { type Parties, readParties } from '../parties.js'
import type { Assembled, HeldResource } from '../resource-class.js'
import { modeOf, reasonOf } from './codes.js'
import { type EncounterElements, readEncounterElements } from './elements.js'
import { visitAt } from './times.js'

interface ReadVisit extends ReadRow {
  readonly elements: EncounterElements
  readonly parties: Parties
}

/** Each Encounter of digital supervision is a row. */
export const assembleVisits = (resources: readonly HeldResource[]): Assembled =>
  assembleEach(resources, {
    type: 'Encounter',
    read: readEncounterElements,
    facts: (elements) => {
      const { status, period, type = [], reasonCode = [], class: own } = elements
      const [mode, reason] = [modeOf(elements), reasonOf(elements)]
      return {
        when: visitAt(elements),
        status,
        content: contentOf({
          ...{ status, period, mode, reason, type: type.map((one) => tokensOf([one])) },
        }),
        facets: { mode: [mode], ...(reason !== undefined && { reason: [reason] }) },
        codes: tokensOf([...type, ...reasonCode, ...(own ? [{ coding: [own] }] : [])]),
      }
    },
  })

/** @throws where the visit is not what FHIR R4 says: it is dropped alone */
export function readVisit(row: ClassRow, context: MapContext): ReadVisit {
  const elements = readEncounterElements(row.resource)
  const parties = readParties([], elements.contained ?? [])
  return { row, elements, parties, when: visitAt(elements), context }
}

/** Fields of the contract's SupervisionVisit. Each runs only where it is selected. */
export const visitFields = {
  ...commonFields,
  effectiveEnd: ({ elements: { period } }: ReadVisit) =>
    period?.end === undefined ? undefined : endOf(period.end),
  mode: ({ row }: ReadVisit) => row.facets['mode']?.[0],
  reason: ({ row }: ReadVisit) => row.facets['reason']?.[0],
  reasonCode: ({ elements }: ReadVisit) => toConcepts(elements.reasonCode),
  type: ({ elements }: ReadVisit) => toConcepts(elements.type),
  performer: (read: ReadVisit) => performersOf(read),
  provider: ({ elements, parties }: ReadVisit) => parties.partyOf(elements.serviceProvider),
  location: ({ elements: { location = [] } }: ReadVisit) =>
    location.flatMap(({ location: one }) => one?.display ?? []),
} as const

/** Who looked or spoke, and with what. The patient is whom the whole answer is about. */
const performersOf = ({ elements: { participant = [] }, parties }: ReadVisit) =>
  participant.flatMap(({ individual }) => {
    const party = parties.partyOf(individual)
    const kind = (individual && kindOf(individual)) ?? 'UNKNOWN'
    return party && kind !== 'PATIENT' ? [{ party, kind }] : []
  })

/** Which elements of the FHIR resource a field is made of. */
export const visitNeeds: Readonly<Record<string, readonly string[]>> = {
  ...commonNeeds(['period', 'meta']),
  effectiveEnd: ['period'],
  mode: [],
  reason: [],
  reasonCode: ['reasonCode'],
  type: ['type'],
  performer: ['participant', 'contained'],
  provider: ['serviceProvider', 'contained'],
  location: ['location'],
}
