import { compareKeys, identityDigest, patientDigest } from '@kilde/contract'
import type { Order } from '../../src/merge/merge-pages.js'
import type { CheckedRow, SourceAnswer } from '../../src/transport/source-answer.js'

/** A row as its owner and its copies would send it. */
export interface Truth {
  readonly t: number
  readonly identity: string
  readonly owner: string
  readonly version?: number
  readonly content?: string
}

export const salt = Buffer.alloc(16, 7).toString('base64url')
export const token = 'urn:oid:2.16.578.1.12.4.1.4.1|08825133489'

export function row(source: string, truth: Truth, local = truth.identity): CheckedRow {
  return {
    key: {
      s: 'F',
      t: truth.t,
      i: identityDigest(truth.identity),
      o: source,
      d: `${source}.${local}`,
      p: patientDigest(salt, token),
      n: truth.version ?? 1,
      c: identityDigest(truth.content ?? truth.identity),
      w: truth.owner,
    },
    values: { r0_0: { id: `${source}.${local}` } },
  }
}

/** What a source with these rows answers: the first `first` of them, in order, after a place. */
export function answerOf(
  organization: string,
  rows: readonly CheckedRow[],
  first: number,
  order: Order,
  after?: CheckedRow['key'] | { t: number; i: string; o: string; d: string },
): SourceAnswer {
  const sign = order === 'NEWEST_FIRST' ? -1 : 1
  const sorted = [...rows].sort((a, b) => sign * compareKeys(a.key, b.key))
  const left = after ? sorted.filter(({ key }) => sign * compareKeys(after, key) < 0) : sorted
  const page = left.slice(0, first)
  return {
    organization,
    status: page.length > 0 ? 'OK' : 'EMPTY',
    reason: undefined,
    elapsedMs: 1,
    pages: [
      {
        status: page.length > 0 ? 'OK' : 'EMPTY',
        rows: page,
        hasNextPage: left.length > page.length,
        total: rows.length,
        dropped: 0,
        withheld: 'NONE',
        reason: undefined,
        asOf: '2026-01-01T00:00:00Z',
        contractVersion: '1.0',
      },
    ],
  }
}
