import { dataOf } from '../../kit/answers.js'
import type { WatchedNetwork } from '../../kit/network.js'

/** A device as far as the tests look at it. */
export interface Device {
  readonly id: string
  readonly status: string
  readonly deviceName: string | null
  readonly identifier: readonly { readonly system: string; readonly value: string }[]
  readonly effective: string
  readonly effectiveEnd: string | null
  readonly statusReason: readonly { readonly coding: readonly { readonly code: string }[] }[]
  readonly property: readonly { readonly valueText: string | null }[]
  readonly deviceVersion: readonly { readonly value: string }[]
  readonly owner: { readonly display: string } | null
  readonly assignedBy: { readonly organization: { readonly number: string } | null } | null
  readonly returnTo: { readonly organization: { readonly number: string } | null } | null
  readonly inUse: boolean | null
  readonly use: readonly { readonly status: string; readonly end: string | null }[]
  readonly note: readonly { readonly text: string }[]
  readonly conflict: boolean
  readonly withheldFields: readonly string[]
  readonly provenance: readonly { readonly source: { readonly number: string } }[]
}

/** A list of any class as far as the tests look at it. */
export interface Listed<Node> {
  readonly nodes: readonly Node[]
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

/** Asks for one list of a patient as a persona. `filter`: name of its input type. */
export async function listOf<Node>(
  network: WatchedNetwork,
  persona: string,
  list: { readonly field: string; readonly filter: string; readonly fields: string },
  variables: Readonly<Record<string, unknown>>,
): Promise<Listed<Node>> {
  const { field, filter, fields } = list
  const query = `query ($identifier: PatientIdentifier!, $filter: ${filter}, $first: Int, $after: Cursor, $order: Order) {
    patient(identifier: $identifier) {
      ${field}(filter: $filter, first: $first, after: $after, order: $order) {
        nodes { ${fields} }
        pageInfo { hasNextPage endCursor }
        totalCount { value precision }
        complete
        sources { organization { number } status withheld reason }
      }
    }
  }`
  const answer = await network.ask(persona, query, variables)
  const { patient } = dataOf<{ patient: Readonly<Record<string, Listed<Node>>> }>(answer)
  const found = patient[field]
  if (!found) throw new Error(`no list ${field}`)
  return found
}

export const devices = {
  field: 'devices',
  filter: 'DeviceFilter',
  fields: `id status deviceName identifier { system value } effective effectiveEnd
    statusReason { coding { code } } property { valueText } deviceVersion { value }
    owner { display } assignedBy { organization { number } } returnTo { organization { number } }
    inUse use { status end } note { text } conflict withheldFields provenance { source { number } }`,
} as const

/** Every page of a list with `first` rows each. */
export async function pagesOf<Node>(
  ask: (page: Readonly<Record<string, unknown>>) => Promise<Listed<Node>>,
  first: number,
): Promise<readonly Node[]> {
  const nodes: Node[] = []
  let after: string | null = null
  do {
    const page: Listed<Node> = await ask({ first, after })
    nodes.push(...page.nodes)
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
  } while (after !== null)
  return nodes
}
