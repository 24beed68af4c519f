import { organizations } from '@kilde/people'
import { dataOf } from '../../kit/answers.js'
import type { WatchedNetwork } from '../../kit/network.js'

export const { municipality, hospital, neighbour } = organizations

/** An alert as far as the tests look at it. */
export interface Alert {
  readonly id: string
  readonly kind: string
  readonly state: string
  readonly status: string
  readonly zone: string | null
  readonly detail: string | null
  readonly missing: {
    readonly what: string
    readonly codes: readonly string[]
    readonly expectedBy: string | null
  } | null
  readonly triggeredBy: readonly { readonly kind: string; readonly identifier: object | null }[]
  readonly handledBy: readonly { readonly display: string | null }[]
  readonly note: readonly { readonly text: string }[]
  readonly conflict: boolean
  readonly withheldFields: readonly string[]
  readonly provenance: readonly {
    readonly source: { readonly number: string }
    readonly superseded: boolean
  }[]
}

export interface Alerts {
  readonly nodes: readonly Alert[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly totalCount: { readonly value: number | null; readonly precision: string }
  readonly complete: boolean
  readonly sources: readonly {
    readonly organization: { readonly number: string }
    readonly status: string
    readonly reason: string | null
  }[]
}

const ALERTS = `query ($identifier: PatientIdentifier!, $filter: AlertFilter, $first: Int, $after: Cursor, $order: Order) {
  patient(identifier: $identifier) {
    alerts(filter: $filter, first: $first, after: $after, order: $order) {
      nodes {
        id kind state status zone detail missing { what codes expectedBy } triggeredBy { kind identifier { system value } }
        handledBy { display } note { text } conflict withheldFields
        provenance { source { number } superseded }
      }
      pageInfo { hasNextPage endCursor }
      totalCount { value precision }
      complete
      sources { organization { number } status reason }
    }
  }
}`

/** Alerts of a patient as a persona sees them. */
export async function alertsOf(
  network: WatchedNetwork,
  persona: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<Alerts> {
  const answer = await network.ask(persona, ALERTS, variables)
  return dataOf<{ patient: { alerts: Alerts } }>(answer).patient.alerts
}

export const statusesOf = ({ sources }: Alerts): Readonly<Record<string, string>> =>
  Object.fromEntries(sources.map(({ organization, status }) => [organization.number, status]))
