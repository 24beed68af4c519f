import { contractVersion } from '@kilde/contract'

/** A row of a list, and its place. */
export interface Edge {
  readonly cursor: string
  /** Id of the row. */
  readonly id: string
  /** FHIR status code of the row, e.g. `final`. */
  readonly status: string
  /** What the fields of the row's type are made of: their resolvers know it. */
  readonly node: object
}

/** How old the registry's state is that this node decides by. */
export interface CatalogueAge {
  /** Epoch milliseconds; 0 where there never was a state. */
  readonly confirmedAtMs: number
  readonly stale: boolean
}

/** What became of reading one field here. */
export interface Report {
  readonly organization: string
  /** Rows given. */
  readonly returned: number
  /** Rows that are no good, and left out. */
  readonly dropped: number
  /** Cut by a cap of this node. */
  readonly truncated?: boolean | undefined
  readonly asOfMs: number
  readonly catalogueAge: CatalogueAge
  /** Whether policy holds something back, or never tells. Default `NONE`. */
  readonly withheld?: string
  /** There is, or may be, another number of the patient: what is held under it is missing. */
  readonly linkUnknown?: boolean
}

/** `complete`, `completeness` and `sources` of an answer with one source: this organisation itself. */
export function completenessOf(report: Report) {
  const { confirmedAtMs, stale } = report.catalogueAge
  const withheld = report.withheld ?? 'NONE'
  return {
    complete:
      report.dropped === 0 && !report.truncated && !report.linkUnknown && withheld === 'NONE',
    completeness: {
      ...ONE_SOURCE,
      withheld: withheld === 'NONE' ? 0 : 1,
      catalogueAsOf: new Date(confirmedAtMs).toISOString(),
      catalogueStale: stale,
    },
    sources: [sourceReport(report)],
  }
}

const ONE_SOURCE = {
  agreed: 1,
  asked: 1,
  answered: 1,
  failed: 0,
  stale: 0,
  notAsked: 0,
  policy: { completion: 'BEST_EFFORT', mandatorySources: [], sources: null, excludeSources: [] },
}

function sourceReport(report: Report) {
  const { organization, returned, dropped, truncated, asOfMs, withheld = 'NONE' } = report
  const { linkUnknown = false } = report
  return {
    organization: { number: organization },
    status: truncated || linkUnknown ? 'TRUNCATED' : returned > 0 ? 'OK' : 'EMPTY',
    returned,
    dropped,
    recovered: false,
    withheld,
    reason: linkUnknown ? 'IDENTITY_LINK_UNKNOWN' : truncated ? 'ROW_CAP' : null,
    elapsed: null,
    asOf: new Date(asOfMs).toISOString(),
    contractVersion,
  }
}
