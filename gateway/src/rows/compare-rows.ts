import {
  FIRST_INSTANT_MS,
  type NodeCursor,
  nodeCursorLayout,
  parseNodeCursor,
  type RowKey,
} from '@kilde/contract'
import type { RowTable } from './row-table.js'
import { bytesOf } from './scan-json.js'

/** Ends the row id in a cursor. It comes before every character of an id, so that `1` stands before `1a`. */
export const END_OF_ID = 0x21

/** Order of two rows with the same instant: by identity, organisation, id. Negative where the first comes first. */
export function compareText(a: Uint8Array, at: number, b: Uint8Array, bt: number): number {
  let left = at
  let right = bt
  for (;;) {
    const x = a[left++] as number
    const y = b[right++] as number
    if (x !== y) return x - y
    if (x === END_OF_ID) return 0
  }
}

/** Ascending order of two rows, by their tables and indexes. */
export function compareRows(a: RowTable, row: number, b: RowTable, other: number): number {
  const difference = (a.instants[row] as number) - (b.instants[other] as number)
  if (difference !== 0) return difference
  return compareText(a.json, identityAt(a, row), b.json, identityAt(b, other))
}

const cursorAt = (table: RowTable, row: number): number => table.cursorStart(row)
const identityAt = (table: RowTable, row: number): number =>
  cursorAt(table, row) + nodeCursorLayout.identity

/** True where two rows have one instant and one identity: copies, or in conflict. */
export function isSameIdentity(a: RowTable, row: number, b: RowTable, other: number): boolean {
  if (a.instants[row] !== b.instants[other]) return false
  return isSameText(a, identityAt(a, row), b, identityAt(b, other), 32)
}

/** True where two rows have the same content digest. */
export function isSameContent(a: RowTable, row: number, b: RowTable, other: number): boolean {
  const { content } = nodeCursorLayout
  return isSameText(a, cursorAt(a, row) + content, b, cursorAt(b, other) + content, 32)
}

function isSameText(a: RowTable, at: number, b: RowTable, bt: number, length: number): boolean {
  for (let index = 0; index < length; index++) {
    if (a.json[at + index] !== b.json[bt + index]) return false
  }
  return true
}

/** The status letter of a row. */
export const statusAt = (table: RowTable, row: number): number =>
  table.json[cursorAt(table, row) + nodeCursorLayout.status] as number

export const rowIdAt = (table: RowTable, row: number): string =>
  table.json.toString('latin1', cursorAt(table, row) + nodeCursorLayout.id, table.idEnd(row))

export const identityOf = (table: RowTable, row: number): string =>
  table.json.toString('latin1', identityAt(table, row), identityAt(table, row) + 32)

/** A row's cursor as an object: for the few rows that have copies, and for boundaries. */
export function keyOf(table: RowTable, row: number): NodeCursor {
  return keyAt(table.json, cursorAt(table, row), table.cursorEnd(row))
}

export function keyAt(json: Buffer, start: number, end: number): NodeCursor {
  const key = parseNodeCursor(json.toString('latin1', start, end))
  if (!key) throw new Error('A cursor that was checked cannot be read')
  return key
}

/** A place in the order that rows are compared with: instant, and the text from the identity on. */
export interface Boundary {
  readonly instant: number
  readonly text: Uint8Array
}

export function boundaryOf({ t, i, d }: RowKey): Boundary {
  return { instant: t - FIRST_INSTANT_MS, text: bytesOf(`${i}${d}!`) }
}
