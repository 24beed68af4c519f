import { encodeNodeCursor, identityDigest, nodeCursorLayout } from '@kilde/contract'

/** A row as the simulated node holds it: the values of the fields that the benchmark asks for, by their names. */
export interface CannedRow {
  readonly cursor: string
  readonly node: Readonly<Record<string, unknown>>
}

/** Newest instant of all (epoch milliseconds): fixed, so that every run has the same bytes. */
const NEWEST_MS = Date.UTC(2026, 2, 14, 7, 31)
/** More than there are sources, and a prime: the rows of all sources take turns, and no two have the same instant. */
const TURN = 1_009
/** What stands in a cursor where the patient's digest goes: cannot come from anywhere else. */
export const DIGEST_PLACE = '~'.repeat(nodeCursorLayout.content - nodeCursorLayout.patient)

/** Rows of one node, newest first, about 190 bytes each as the README's query shows them. */
export function cannedRows(
  number: string,
  source: number,
  count: number,
  padding: number,
): readonly CannedRow[] {
  return Array.from({ length: count }, (_, index) => rowOf(number, source, index, padding))
}

function rowOf(number: string, source: number, index: number, padding: number): CannedRow {
  const t = NEWEST_MS - (index * TURN + ((source * 379) % TURN)) * 1_000
  const id = `${number}.o${String(index).padStart(6, '0')}`
  const effective = new Date(t).toISOString().replace('.000Z', 'Z')
  const organization = { __typename: 'Organization', number }
  return {
    cursor: cursorOf(number, t, id),
    node: {
      __typename: 'Observation',
      id,
      effective,
      status: 'FINAL',
      kind: 'PULSE',
      valueText: `${60 + (index % 40)} /min${'.'.repeat(padding)}`,
      code: { __typename: 'CodeableConcept', text: 'Heart rate' },
      provenance: [
        { __typename: 'Provenance', id, organization, source: organization, version: 1 },
      ],
    },
  }
}

function cursorOf(number: string, t: number, id: string): string {
  return encodeNodeCursor({
    s: 'F',
    p: DIGEST_PLACE,
    c: identityDigest(`content ${id}`),
    w: number,
    t,
    i: identityDigest(id),
    o: number,
    d: id,
    n: 1,
  })
}
