import {
  compareKeys,
  contractVersion,
  parseBoundary,
  parseNodeCursor,
  type RowKey,
} from '@kilde/contract'
import {
  type DocumentNode,
  type FieldNode,
  getOperationAST,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql'
import { type CannedRow, cannedRows, DIGEST_PLACE } from './canned-rows.js'

/** What one node is asked for. */
export interface Asked {
  readonly query: string
  readonly first: number
  /** A boundary or cursor, as docs/node-protocol.md has it. */
  readonly after: string | undefined
}

/** One node of the benchmark: whose, which in the order of all, and what it holds. */
export interface Held {
  readonly number: string
  readonly source: number
  readonly rows: number
  readonly padding: number
}

/** An answer ready but for the patient's digest, which belongs into each cursor. */
export interface Template {
  readonly bytes: Buffer
  readonly places: readonly number[]
}

/** Puts an answer together from the operation, whatever its aliases, without checking anything: done once per operation. */
export function writeTemplate(held: Held, asked: Asked): Template {
  const all = cannedRows(held.number, held.source, held.rows, held.padding)
  const rest = asked.after === undefined ? all : all.filter(isAfter(asked.after))
  const connection = connectionOf(held, rest.slice(0, asked.first), rest.length)
  const data = select(operationOf(asked.query), rootOf(connection))
  const bytes = Buffer.from(JSON.stringify({ data }))
  return { bytes, places: placesOf(bytes) }
}

/** The answer to one request: a copy of the template with the digest in its places. */
export function fill({ bytes, places }: Template, digest: Buffer): Buffer {
  const answer = Buffer.from(bytes)
  for (const place of places) answer.set(digest, place)
  return answer
}

function placesOf(bytes: Buffer): number[] {
  const places: number[] = []
  const mark = Buffer.from(DIGEST_PLACE)
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) places.push(at)
  return places
}

/** Rows go from the newest to the oldest. */
function isAfter(after: string): (row: CannedRow) => boolean {
  const boundary = parseBoundary(after)
  if (!boundary) throw new Error('not a boundary')
  return ({ cursor }) => compareKeys(keyOf(cursor), boundary) < 0
}

function keyOf(cursor: string): RowKey {
  const key = parseNodeCursor(cursor.replace(DIGEST_PLACE, '-'.repeat(DIGEST_PLACE.length)))
  if (!key) throw new Error('not a cursor')
  return key
}

function connectionOf({ number }: Held, rows: readonly CannedRow[], left: number) {
  const status = rows.length === 0 ? 'EMPTY' : 'OK'
  return {
    edges: rows,
    pageInfo: { hasNextPage: left > rows.length },
    totalCount: { value: left },
    sources: [
      {
        organization: { number },
        status,
        dropped: 0,
        withheld: 'NONE',
        reason: null,
        asOf: '2026-03-14T08:00:00Z',
        contractVersion,
      },
    ],
  }
}

/** As an organisation's node it has `patient`; as a subgraph of Apollo's it has a root field of its own. */
function rootOf(connection: object) {
  return (name: string): unknown => (name === 'patient' ? { observations: connection } : connection)
}

function operationOf(query: string): SelectionSetNode {
  const document: DocumentNode = parse(query, { noLocation: true })
  const operation = getOperationAST(document)
  if (!operation) throw new Error('no operation')
  return operation.selectionSet
}

function select(set: SelectionSetNode, valueAt: (name: string) => unknown): object {
  const entries = fieldsOf(set).map((field) => {
    const name = field.name.value
    const value = valueAt(name)
    if (value === undefined) throw new Error(`the benchmark's rows have no ${name}`)
    return [field.alias?.value ?? name, selectBelow(field, value)] as const
  })
  return Object.fromEntries(entries)
}

function selectBelow({ selectionSet }: FieldNode, value: unknown): unknown {
  if (!selectionSet || value === null) return value
  if (Array.isArray(value)) return value.map((item) => selectObject(selectionSet, item))
  return selectObject(selectionSet, value)
}

function selectObject(set: SelectionSetNode, value: unknown): object {
  return select(set, (name) => (value as Record<string, unknown>)[name])
}

/** Fields of a selection with its inline fragments opened: the gateway sends no named ones. */
function fieldsOf(set: SelectionSetNode): readonly FieldNode[] {
  return set.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return isAsked(selection) ? [selection] : []
    return selection.kind === Kind.INLINE_FRAGMENT ? fieldsOf(selection.selectionSet) : []
  })
}

/** The end of a page is asked only of nodes that a requester's signature limits: `@include(if: $end_…)` is false here. */
const isAsked = ({ directives = [] }: FieldNode): boolean =>
  !directives.some(
    ({ name, arguments: [condition] = [] }) =>
      name.value === 'include' &&
      condition?.value.kind === Kind.VARIABLE &&
      condition.value.name.value.startsWith('end_'),
  )
