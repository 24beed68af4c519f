import { compareKeys, identityDigest, type RowKey } from '@kilde/contract'
import type { WatchedNetwork } from '../../kit/network.js'
import { askObservations, type List, type Question } from '../../kit/observations.js'

export interface Row {
  readonly id: string
  readonly effective: string
  readonly identifier: readonly { readonly system: string; readonly value: string }[]
  readonly provenance: readonly { readonly source: { readonly number: string } }[]
}

const rows = 'id effective identifier { system value } valueText provenance { source { number } }'

export type PageQuestion = Omit<Question, 'rows'>

export const askPage = (
  network: Pick<WatchedNetwork, 'ask'>,
  question: PageQuestion,
  persona = 'nurse',
): Promise<List<Row>> => askObservations<Row>(network, persona, { ...question, rows })

/** Reads a list from its first page to its last. */
export async function readAll(
  network: WatchedNetwork,
  question: PageQuestion,
  persona?: string,
): Promise<readonly List<Row>[]> {
  const pages: List<Row>[] = []
  let after: string | null = null
  do {
    const asked: PageQuestion = { ...question, ...(after !== null && { after }) }
    const page = await askPage(network, asked, persona)
    pages.push(page)
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
  } while (after !== null)
  return pages
}

export const rowsOf = (pages: readonly List<Row>[]): readonly Row[] =>
  pages.flatMap(({ nodes }) => nodes)

/** The place of a row in the total order of the contract: (effective, identity, organisation, id). */
function keyOf({ id, effective, identifier, provenance }: Row): RowKey {
  const [first] = identifier
  return {
    t: Date.parse(effective),
    i: identityDigest(first ? `${first.system}|${first.value}` : id),
    o: provenance[0]?.source.number ?? '',
    d: id,
  }
}

/** True where every row stands strictly after the one before it, `ascending` or descending. */
export function isInTotalOrder(all: readonly Row[], ascending: boolean): boolean {
  const keys = all.map(keyOf)
  return keys.every((key, at) => {
    const before = keys[at - 1]
    return before === undefined || (ascending ? 1 : -1) * compareKeys(before, key) < 0
  })
}
