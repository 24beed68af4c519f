import { dataOf } from '../../kit/answers.js'
import type { WatchedNetwork } from '../../kit/network.js'

/** A care team as far as the tests look at it. */
export interface Team {
  readonly id: string
  readonly name: string | null
  readonly status: string
  readonly claim: string | null
  readonly responsible: readonly {
    readonly party: { readonly organization: { readonly number: string } | null }
    readonly telecom: readonly { readonly value: string }[]
    readonly hours: readonly { readonly days: readonly string[]; readonly opens: string | null }[]
    readonly expectedResponse: readonly {
      readonly about: string | null
      readonly minutes: number | null
    }[]
    readonly escalation: readonly string[]
    readonly stopCriteria: readonly string[]
  }[]
  readonly handOver: readonly {
    readonly status: string
    readonly to: { readonly organization: { readonly number: string } | null } | null
  }[]
  readonly activeBeside: readonly string[]
  readonly withheldFields: readonly string[]
  readonly provenance: readonly {
    readonly source: { readonly number: string }
    readonly superseded: boolean
  }[]
}

export interface Teams {
  readonly conflict: boolean
  readonly unclaimed: boolean
  readonly nodes: readonly Team[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly totalCount: { readonly value: number | null; readonly precision: string }
  readonly complete: boolean
  readonly sources: readonly {
    readonly organization: { readonly number: string }
    readonly status: string
    readonly reason: string | null
  }[]
}

const TEAMS = `query ($identifier: PatientIdentifier!, $filter: CareTeamFilter, $first: Int, $after: Cursor, $order: Order) {
  patient(identifier: $identifier) {
    careTeams(filter: $filter, first: $first, after: $after, order: $order) {
      conflict
      unclaimed
      nodes {
        id name status claim
        responsible {
          party { organization { number } }
          telecom { value }
          hours { days opens }
          expectedResponse { about minutes }
          escalation
          stopCriteria
        }
        handOver { status to { organization { number } } }
        activeBeside withheldFields
        provenance { source { number } superseded }
      }
      pageInfo { hasNextPage endCursor }
      totalCount { value precision }
      complete
      sources { organization { number } status reason }
    }
  }
}`

/** Care teams of a patient as a persona sees them. */
export async function teamsOf(
  network: WatchedNetwork,
  persona: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<Teams> {
  const answer = await network.ask(persona, TEAMS, variables)
  return dataOf<{ patient: { careTeams: Teams } }>(answer).patient.careTeams
}
