import {
  AFTER_ALL,
  BEFORE_ALL,
  encodeBoundary,
  encodeNodeCursor,
  type StatusLetter,
  statusLetters,
} from '@kilde/contract'
import { contractStatus, readRow } from '../map/observation.js'
import type { PlacedRow, SourceRow } from '../sources/source.js'
import type { Edge } from './connection.js'
import type { PartContext } from './fields/field.js'

/** Each row with its cursor; one that is no good is left out. */
export const edgesOf = (rows: readonly SourceRow[], context: PartContext): readonly Edge[] =>
  rows.flatMap((row) => {
    try {
      const { id, status } = row
      return [{ cursor: cursorOf(row, context), id, status, node: readRow(row, context) }]
    } catch {
      return []
    }
  })

/** @throws RangeError for a row that has no place in the order, a status that FHIR does not have, or content that did not open */
export function cursorOf(row: PlacedRow, { organization, patientDigest }: PartContext): string {
  if (row.content === '') throw new RangeError('a row without its content')
  return encodeNodeCursor({
    s: statusLetterOf(row.status),
    t: row.t,
    i: row.identity,
    o: organization,
    d: row.id,
    p: patientDigest,
    n: row.version,
    c: row.content,
    w: row.owner,
  })
}

/**
 * `pageInfo.endCursor`: where the next page begins. Where nothing more of the last row's instant and identity follows, it says so
 * by being behind the whole identity: under a signature a gateway may not look one row ahead to find that out.
 */
export function endCursorOf(
  edges: readonly Edge[],
  last: Pick<SourceRow, 'id' | 'identity' | 't'> | undefined,
  { endsIdentity, newestFirst }: { readonly endsIdentity: boolean; readonly newestFirst: boolean },
): string | undefined {
  const edge = edges.at(-1)
  // A row that was left out at the end stands behind the last one that is told.
  if (!endsIdentity || !last || edge?.id !== last.id) return edge?.cursor
  const passed = newestFirst ? BEFORE_ALL : AFTER_ALL
  return encodeBoundary({ t: last.t, i: last.identity, o: passed, d: passed })
}

const letters: ReadonlyMap<string, StatusLetter> = new Map(Object.entries(statusLetters))

function statusLetterOf(status: string): StatusLetter {
  const letter = letters.get(contractStatus(status))
  if (!letter) throw new RangeError('an unknown status')
  return letter
}
