import { contractVersion } from '@kilde/contract'
import type { ReadRow } from '../map/observation.js'
import type { Page, PageQuestion } from '../sources/source.js'

export interface Edge {
  readonly cursor: string
  readonly node: ReadRow
}

/** How old the registry's state is that this node decides by. */
export interface CatalogueAge {
  /** Epoch milliseconds; 0 where there never was a state. */
  readonly confirmedAtMs: number
  readonly stale: boolean
}

/** ObservationConnection of one source: itself. */
export function connectionOf(
  organization: string,
  asked: PageQuestion,
  page: Page,
  edges: readonly Edge[],
  age: CatalogueAge,
) {
  const dropped = page.rows.length - edges.length
  return {
    nodes: edges.map(({ node }) => node),
    edges,
    pageInfo: {
      hasNextPage: page.more,
      hasPreviousPage: asked.after !== undefined,
      startCursor: edges.at(0)?.cursor,
      endCursor: edges.at(-1)?.cursor,
    },
    totalCount: { value: page.count, precision: 'EXACT' },
    complete: dropped === 0,
    completeness: completenessOf(age),
    sources: [reportOf(organization, page, edges.length, dropped)],
  }
}

function reportOf(organization: string, page: Page, returned: number, dropped: number) {
  return {
    organization: { number: organization },
    status: returned > 0 ? 'OK' : 'EMPTY',
    returned,
    dropped,
    recovered: false,
    // Blocks and confidentiality are not built yet: nothing is held back from whoever may ask at all.
    withheld: 'NONE',
    reason: null,
    elapsed: null,
    asOf: new Date(page.asOfMs).toISOString(),
    contractVersion,
  }
}

const completenessOf = ({ confirmedAtMs, stale }: CatalogueAge) => ({
  agreed: 1,
  asked: 1,
  answered: 1,
  failed: 0,
  withheld: 0,
  stale: 0,
  notAsked: 0,
  catalogueAsOf: new Date(confirmedAtMs).toISOString(),
  catalogueStale: stale,
  policy: { completion: 'BEST_EFFORT', mandatorySources: [], sources: null, excludeSources: [] },
})
