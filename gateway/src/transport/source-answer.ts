import type { NodeCursor } from '@kilde/contract'

/** Statuses of schemas/contract `SourceStatus`. */
export type SourceStatus =
  | 'OK'
  | 'EMPTY'
  | 'TRUNCATED'
  | 'REFUSED'
  | 'TIMED_OUT'
  | 'UNREACHABLE'
  | 'INVALID'
  | 'NOT_ASKED'
  | 'AUDIT_UNAVAILABLE'

/** One row whose cursor and selected fields have been checked against the contract. */
export interface CheckedRow {
  readonly key: NodeCursor
  /** The row once for each place in the operation that shows rows, by the alias given to it. */
  readonly values: Readonly<Record<string, Record<string, unknown>>>
}

/** One merged field's page from one source, checked: right patient, right organisation, right order. */
export interface SourcePage {
  /** `NOT_ASKED`: the request chose other sources for this field, and this one for another. */
  readonly status: 'OK' | 'EMPTY' | 'TRUNCATED' | 'NOT_ASKED'
  readonly rows: readonly CheckedRow[]
  readonly hasNextPage: boolean
  readonly total: number | undefined
  readonly dropped: number
  readonly withheld: string
  readonly reason: string | undefined
  readonly asOf: string | undefined
  readonly contractVersion: string | undefined
}

/** What came of asking one source. A failure is a status here, never an exception. */
export interface SourceAnswer {
  readonly organization: string
  readonly status: SourceStatus
  readonly reason: string | undefined
  /** Milliseconds from asking to answer. */
  readonly elapsedMs: number | undefined
  /** One for each merged field of the fetch, in its order; empty unless the source answered. */
  readonly pages: readonly SourcePage[]
}

export const hasAnswered = (status: SourceStatus): boolean =>
  status === 'OK' || status === 'EMPTY' || status === 'TRUNCATED'

/** The page of a field that its source was not asked for. */
export const EXCLUDED_PAGE: SourcePage = {
  status: 'NOT_ASKED',
  rows: [],
  hasNextPage: false,
  total: undefined,
  dropped: 0,
  withheld: 'NONE',
  reason: 'EXCLUDED',
  asOf: undefined,
  contractVersion: undefined,
}
