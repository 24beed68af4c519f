import { toConcepts } from '../../map/concept.js'
import { endOf } from '../../map/effective.js'
import type { MapContext } from '../../map/observation.js'
import type { ClassRow } from '../../sources/source.js'
import { kindOf } from '../authors.js'
import { holdsFrom } from '../care-plan/times.js'
import { commonFields, commonNeeds, instant, type ReadRow } from '../common-fields.js'
import { contactsOf, type Parties, readParties } from '../parties.js'
import { readTeamElements, type TeamElements } from './elements.js'
import { handOversOf, tasksAmong } from './hand-overs.js'
import { responsibilityOf } from './responsible.js'

/** A care team whose elements, and those of what it refers to, have been read and checked. */
interface ReadTeam extends ReadRow {
  readonly elements: TeamElements
  readonly parties: Parties
}

/** @throws where the team is not what FHIR R4 says: it is dropped alone */
export function readTeam(row: ClassRow, context: MapContext): ReadTeam {
  const elements = readTeamElements(row.resource)
  const parties = readParties(row.related, elements.contained ?? [])
  return { row, elements, parties, when: holdsFrom(elements), context }
}

/** Fields of the contract's CareTeam. Each runs only where it is selected. */
export const teamFields = {
  ...commonFields,
  claim: ({ row }: ReadTeam) => row.facets['claim']?.[0],
  category: ({ elements }: ReadTeam) => toConcepts(elements.category),
  name: ({ elements }: ReadTeam) => elements.name,
  effectiveEnd: ({ elements: { period } }: ReadTeam) =>
    period?.end === undefined ? undefined : endOf(period.end),
  updated: ({ elements }: ReadTeam) => instant(elements.meta?.lastUpdated),
  responsible: ({ elements, parties, context }: ReadTeam) => {
    const named = responsibilityOf(elements, parties)
    // How they are reached is left out wherever it stands.
    const isLeftOut = context.leftOut?.includes('telecom') ?? false
    return isLeftOut ? named.map((one) => ({ ...one, telecom: [] })) : named
  },
  participant: ({ elements, parties }: ReadTeam) => participantsOf(elements, parties),
  handOver: ({ row, parties }: ReadTeam) => handOversOf(tasksAmong(row.related), parties),
  reason: ({ elements }: ReadTeam) => toConcepts(elements.reasonCode),
  telecom: ({ elements }: ReadTeam) => contactsOf(elements.telecom),
} as const

const WHO = ['participant', 'managingOrganization', 'contained']

/** Which elements of the FHIR resource a field is made of. */
export const teamNeeds: Readonly<Record<string, readonly string[]>> = {
  ...commonNeeds(['period', 'meta']),
  claim: [],
  category: ['category'],
  name: ['name'],
  effectiveEnd: ['period'],
  updated: ['meta'],
  responsible: [...WHO, 'extension', 'telecom'],
  participant: WHO,
  handOver: ['contained'],
  reason: ['reasonCode'],
  telecom: ['telecom'],
}

const participantsOf = ({ participant = [] }: TeamElements, parties: Parties) =>
  participant.flatMap(({ member, onBehalfOf, role, period }) => {
    const party = parties.partyOf(member) ?? parties.partyOf(onBehalfOf)
    if (!party) return []
    return [
      {
        party: {
          display: party.display,
          organization: party.organization ?? parties.partyOf(onBehalfOf)?.organization,
        },
        kind: (member && kindOf(member)) ?? 'UNKNOWN',
        role: toConcepts(role),
        start: instant(period?.start),
        end: period?.end === undefined ? undefined : endOf(period.end),
      },
    ]
  })
