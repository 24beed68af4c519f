import { organizations } from '@kilde/people'
import { dataOf } from '../../kit/answers.js'
import type { WatchedNetwork } from '../../kit/network.js'

export const { municipality, hospital, neighbour } = organizations

interface Report {
  readonly organization: { readonly number: string }
  readonly status: string
  readonly reason: string | null
}

/** One part of an overview, whatever it lists. */
interface Part {
  readonly nodes?: readonly { readonly id: string }[]
  readonly items?: readonly { readonly observation: { readonly id: string } | null }[]
  readonly complete: boolean
  readonly conflict?: boolean
  readonly unclaimed?: boolean
  readonly sources: readonly Report[]
}

export interface Overview {
  readonly latest: Part
  readonly openAlerts: Part
  readonly activePlans: Part
  readonly responsible: Part
  readonly missing: readonly (Report & { readonly part: string })[]
  readonly complete: boolean
  readonly completeness: Readonly<Record<string, unknown>>
  readonly sources: readonly Report[]
}

export const PARTS = ['latest', 'openAlerts', 'activePlans', 'responsible'] as const

const TOLD = `complete completeness { agreed asked answered failed withheld notAsked }
  sources { organization { number name } status returned dropped withheld reason contractVersion }`
const ROW =
  'id status conflict possibleDuplicateOf withheldFields provenance { source { number } superseded version }'
const PAGE = `pageInfo { hasNextPage } totalCount { value precision } ${TOLD}`
const SELECTED = {
  latest: `items { code complete newerMayExist observation { ${ROW} valueText effective } } ${TOLD}`,
  openAlerts: `nodes { ${ROW} state zone detail } ${PAGE}`,
  activePlans: `conflict nodes { ${ROW} title kind activeBeside zones { level condition } } ${PAGE}`,
  responsible: `conflict unclaimed nodes { ${ROW} claim name activeBeside responsible { party { display } } } ${PAGE}`,
}

/** What each part is, asked by itself. */
const ALONE = {
  latest: 'latestObservations(codes: $codes)',
  openAlerts: 'alerts(filter: { state: [OPEN, IN_PROGRESS, NOT_TOLD] })',
  activePlans: 'carePlans(filter: { status: [ACTIVE] })',
  responsible: 'careTeams(filter: { claim: [RESPONSIBLE, PROPOSED, PAUSED, UNCLEAR] })',
}

export const OVERVIEW = `query ($identifier: PatientIdentifier!, $codes: [Code!]!, $completion: CompletionPolicy) {
  patient(identifier: $identifier, completion: $completion) {
    overview(codes: $codes) {
      ${PARTS.map((part) => `${part} { ${SELECTED[part]} }`).join('\n')}
      missing { part organization { number } status reason withheld dropped }
      complete completeness { agreed asked answered failed }
      sources { organization { number } status reason returned }
    }
  }
}`

export const variablesFor = (identifier: string) => ({
  identifier,
  codes: ['http://loinc.org|2708-6', 'http://loinc.org|29463-7', 'http://loinc.org|8867-4'],
})

/** An overview of a patient as a persona sees it. */
export async function overviewOf(
  network: WatchedNetwork,
  persona: string,
  identifier: string,
): Promise<Overview> {
  const answer = await network.ask(persona, OVERVIEW, variablesFor(identifier))
  return dataOf<{ patient: { overview: Overview } }>(answer).patient.overview
}

/** The same parts, each in a question of its own. */
export async function partsOf(
  network: WatchedNetwork,
  persona: string,
  identifier: string,
): Promise<Pick<Overview, (typeof PARTS)[number]>> {
  const parts = PARTS.map(async (part) => {
    const codes = part === 'latest' ? '$codes: [Code!]!' : ''
    const query = `query ($identifier: PatientIdentifier!, ${codes}) { patient(identifier: $identifier) { part: ${ALONE[part]} { ${SELECTED[part]} } } }`
    const answer = await network.ask(persona, query, variablesFor(identifier))
    return [part, dataOf<{ patient: { part: Part } }>(answer).patient.part] as const
  })
  return Object.fromEntries(await Promise.all(parts)) as Record<(typeof PARTS)[number], Part>
}

export const statusesOf = ({ sources }: Pick<Part, 'sources'>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    sources.map(({ organization, status, reason }) => [
      organization.number,
      reason === null ? status : `${status} ${reason}`,
    ]),
  )
