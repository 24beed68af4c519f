import type { NodeCursor } from '@kilde/contract'
import type { Spared } from '../locate/choose.js'
import type { RowTable } from '../rows/row-table.js'

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
  | 'PENDING'

/** One merged field's page from one source, checked: right patient, right organisation, right order. */
export interface SourcePage {
  /** `NOT_ASKED`: the request chose other sources for this field, and this one for another. */
  readonly status: 'OK' | 'EMPTY' | 'TRUNCATED' | 'NOT_ASKED'
  /** UNION: the list, in as many tables as it was asked for in rounds. LATEST: one for each code. */
  readonly rows: readonly RowTable[]
  /** Rows of it that were unusable, for each table of `rows`. */
  readonly unusable: readonly number[]
  /** FOLD, PREFER: what the strategy made of it. */
  readonly part: unknown
  readonly hasNextPage: boolean
  /** How far the source has told: the place of its last row, usable or not. */
  readonly last:
    | { readonly table: RowTable; readonly at: number; readonly instant: number }
    | undefined
  /** What the source says of it, where that was asked: a boundary behind a whole identity, or the last row's cursor. */
  readonly toldTo: string | undefined
  readonly total: number | undefined
  /** The source's rows of which a patient has one in force, of every status; absent where that was not asked. */
  readonly rivals?: readonly NodeCursor[] | undefined
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
  /** Fields that this source was not asked for, by their index: true also where it did not answer. Absent where it was asked for all. */
  readonly excluded?: readonly boolean[]
  /** Fields that this source was not asked for because it has said itself that it held nothing, by their index. */
  readonly spared?: readonly (Spared | undefined)[]
  /** Why it was asked although it may hold nothing: a value of `ReasonCode`. */
  readonly note?: string
  /** Fields that this source was located for, by their index. Absent where it was for all. */
  readonly located?: readonly boolean[]
  /** Fields of a question of their own that it did not answer, though it may have answered others: what came of that, by their index. */
  readonly failedFor?: readonly (
    | Pick<SourceAnswer, 'status' | 'reason' | 'elapsedMs'>
    | undefined
  )[]
}

/** What came of asking each source for one field: of a source that was asked in several questions, of the one with that field. */
export const answersTo = (
  answers: readonly SourceAnswer[],
  field: number,
): readonly SourceAnswer[] =>
  answers.some(({ failedFor }) => failedFor?.[field])
    ? answers.map((answer) => {
        const failed = answer.failedFor?.[field]
        return failed ? { ...answer, ...failed, pages: [] } : answer
      })
    : answers

export const hasAnswered = (status: SourceStatus): boolean =>
  status === 'OK' || status === 'EMPTY' || status === 'TRUNCATED'

/** The page of a field that its source was not asked for. */
export const EXCLUDED_PAGE: SourcePage = {
  status: 'NOT_ASKED',
  rows: [],
  unusable: [],
  part: undefined,
  hasNextPage: false,
  last: undefined,
  toldTo: undefined,
  total: undefined,
  dropped: 0,
  withheld: 'NONE',
  reason: 'EXCLUDED',
  asOf: undefined,
  contractVersion: undefined,
}

export const countRows = (page: SourcePage): number =>
  page.rows.reduce((sum, { count }) => sum + count, 0)
