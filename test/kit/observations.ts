import type { Answer } from '@kilde/demo/test-network'
import { type DemoPatient, type OrganizationKey, organizations } from '@kilde/people'
import { dataOf } from './answers.js'
import type { WatchedNetwork } from './network.js'

/** What is asked of a patient's observations. */
export interface Question {
  readonly patient: DemoPatient
  /** Selection of a row, e.g. `effective valueText`. */
  readonly rows: string
  readonly filter?: Readonly<Record<string, unknown>>
  readonly first?: number
  readonly after?: string
  readonly order?: 'NEWEST_FIRST' | 'OLDEST_FIRST'
}

/** A page of observations, with everything that the contract says about it. */
export interface List<Row> {
  readonly nodes: readonly Row[]
  readonly edges: readonly { readonly cursor: string }[]
  readonly pageInfo: {
    readonly hasNextPage: boolean
    readonly hasPreviousPage: boolean
    readonly startCursor: string | null
    readonly endCursor: string | null
  }
  readonly totalCount: { readonly value: number | null; readonly precision: string }
  readonly complete: boolean
  readonly completeness: Readonly<Record<string, number | boolean | string>>
  readonly sources: readonly Report[]
}

export interface Report {
  readonly organization: { readonly number: string; readonly name: string }
  readonly status: string
  readonly reason: string | null
  readonly returned: number
  readonly dropped: number
  readonly withheld: string
  readonly asOf: string | null
}

type Asking = Pick<WatchedNetwork, 'ask'>

/** Asks for observations as a client does, with one document and variables. @throws where there are errors */
export async function askObservations<Row>(
  network: Asking,
  persona: string,
  question: Question,
): Promise<List<Row>> {
  const answer = await tryObservations(network, persona, question)
  return dataOf<{ patient: { observations: List<Row> } }>(answer).patient.observations
}

/** The same where a refusal is expected. */
export function tryObservations(
  network: Asking,
  persona: string,
  { patient, rows, ...variables }: Question,
): Promise<Answer> {
  return network.ask(persona, documentFor(rows), { identifier: patient.identifier, ...variables })
}

/** Statuses by organisation, with reasons where there are any: `{ hospital: 'REFUSED ROLE' }`. */
export function statusesOf({ sources }: Pick<List<unknown>, 'sources'>): Record<string, string> {
  return Object.fromEntries(
    sources.map(({ organization, status, reason }) => [
      keyOf(organization.number),
      reason === null ? status : `${status} ${reason}`,
    ]),
  )
}

function keyOf(number: string): string {
  const known = Object.entries(organizations).find(([, entry]) => entry.number === number)
  return known ? (known[0] satisfies string as OrganizationKey) : number
}

const documentFor = (rows: string): string => `
  query Observations(
    $identifier: PatientIdentifier!, $filter: ObservationFilter, $first: Int, $after: Cursor, $order: Order
  ) {
    patient(identifier: $identifier) {
      observations(filter: $filter, first: $first, after: $after, order: $order) {
        nodes { ${rows} }
        edges { cursor }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        totalCount { value precision }
        complete
        completeness { agreed asked answered failed withheld stale notAsked catalogueAsOf catalogueStale }
        sources { organization { number name } status reason returned dropped withheld asOf }
      }
    }
  }`
