import { organizations } from '@kilde/people'
import { dataOf } from '../../kit/answers.js'
import type { WatchedNetwork } from '../../kit/network.js'

export const { municipality, hospital, neighbour } = organizations

/** A plan as far as the tests look at it. */
export interface Plan {
  readonly id: string
  readonly version: number
  readonly title: string | null
  readonly status: string
  readonly kind: string
  readonly effective: string
  readonly zones: readonly {
    readonly level: string | null
    readonly order: number
    readonly condition: string | null
    readonly action: readonly { readonly text: string }[]
  }[]
  readonly goal: readonly {
    readonly description: { readonly text: string }
    readonly target: readonly {
      readonly codes: readonly string[]
      readonly detailText: string | null
      readonly low: { readonly value: number } | null
    }[]
  }[]
  readonly activity: readonly {
    readonly codes: readonly string[]
    readonly scheduledText: string | null
    readonly device: { readonly display: string } | null
  }[]
  readonly note: readonly { readonly text: string }[]
  readonly conflict: boolean
  readonly activeBeside: readonly string[]
  readonly withheldFields: readonly string[]
  readonly provenance: readonly {
    readonly source: { readonly number: string }
    readonly superseded: boolean
  }[]
}

export interface Plans {
  readonly conflict: boolean
  readonly nodes: readonly Plan[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly totalCount: { readonly value: number | null; readonly precision: string }
  readonly complete: boolean
  readonly sources: readonly {
    readonly organization: { readonly number: string }
    readonly status: string
    readonly withheld: string
    readonly reason: string | null
  }[]
}

const FIELDS = `id version title status kind effective
  zones { level order condition action { text } }
  goal { description { text } target { codes detailText low(unit: "%") { value } } }
  activity { codes scheduledText device { display } }
  note { text } conflict activeBeside withheldFields
  provenance { source { number } superseded }`

const PLANS = `query ($identifier: PatientIdentifier!, $filter: CarePlanFilter, $first: Int, $after: Cursor, $order: Order) {
  patient(identifier: $identifier) {
    carePlans(filter: $filter, first: $first, after: $after, order: $order) {
      conflict
      nodes { ${FIELDS} }
      pageInfo { hasNextPage endCursor }
      totalCount { value precision }
      complete
      sources { organization { number } status withheld reason }
    }
  }
}`

/** Plans of a patient as a persona sees them. */
export async function plansOf(
  network: WatchedNetwork,
  persona: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<Plans> {
  const answer = await network.ask(persona, PLANS, variables)
  return dataOf<{ patient: { carePlans: Plans } }>(answer).patient.carePlans
}

export const statusesOf = ({ sources }: Plans): Readonly<Record<string, string>> =>
  Object.fromEntries(sources.map(({ organization, status }) => [organization.number, status]))
