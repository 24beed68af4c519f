import { nodeCursorLayout as layout, type RowKey, statusLetters } from '@kilde/contract'
import { InvalidAnswer } from '../transport/invalid-answer.js'
import { type Boundary, boundaryOf, compareText, END_OF_ID } from './compare-rows.js'
import { RowTable } from './row-table.js'
import type { RowScan, Scan } from './scan.js'
import { bytesOf, FAULT, readDigits, scanBytes, skipValue } from './scan-json.js'

/** Where an operation shows a list's rows, and the check of a row as it is shown there. */
export interface RowPlaceScan {
  /** Key of the row in an edge, e.g. `r0_0`. */
  readonly alias: string
  /** The bytes before it: `,"r0_0":`. */
  readonly head: Uint8Array
  readonly scan: Scan
}

/** What a page of rows is checked against. */
export interface EdgesExpected {
  /** Nine digits. */
  readonly organization: string
  /** What each row's cursor must say of the patient. */
  readonly digest: Uint8Array
  readonly newestFirst: boolean
  /** Most rows. */
  readonly most: number
  /** Rows must come after this place. */
  readonly after: RowKey | undefined
}

export interface ScannedEdges {
  readonly table: RowTable
  /** Place after the list. */
  readonly end: number
  /** Rows that do not fit the contract. */
  readonly dropped: number
  /** The cursor of the last row, also where that row was dropped: how far the source has told. */
  readonly last: { readonly at: number; readonly instant: number } | undefined
}

/** Where rows are read from, and what of them was found last. */
interface State {
  readonly scan: RowScan
  readonly expected: EdgesExpected
  /** The cursor before; `at` is -1 where there is none. Two numbers, and no object for each row. */
  lastAt: number
  lastInstant: number
  readonly before: Boundary | undefined
}

const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const CLOSE_OBJECT = 0x7d
const COMMA = 0x2c
const QUOTE = 0x22
const EDGE = bytesOf('{"cursor":')

/**
 * Reads `[{"cursor":…,"r0_0":{…}},…]`: each row is checked as it is passed. With `lenient` a row that does not fit is left out and
 * counted; else it makes the whole a fault, so that the answer is brought into canonical form first.
 * @throws InvalidAnswer where rows are out of order, of another patient or organisation, or too many
 */
export function scanEdges(
  json: Buffer,
  at: number,
  places: readonly RowPlaceScan[],
  expected: EdgesExpected,
  lenient: boolean,
): ScannedEdges | undefined {
  const state = begin(json, at, places, expected)
  const { table } = state.scan
  if (json[at] !== OPEN_LIST) return undefined
  if (json[at + 1] === CLOSE_LIST) return { table, end: at + 2, dropped: 0, last: undefined }
  let place = at + 1
  let dropped = 0
  for (;;) {
    const patches = table.patchCount
    let end = scanEdge(state, place, places)
    if (end === FAULT) {
      if (!lenient) return undefined
      table.cutPatches(patches)
      end = skipValue(json, place)
      dropped += 1
    } else table.count += 1
    if (end === FAULT) return undefined
    if (table.count + dropped > expected.most) throw new InvalidAnswer('RESPONSE_MALFORMED')
    if (json[end] === CLOSE_LIST) {
      const { lastAt: at, lastInstant: instant } = state
      return { table, end: end + 1, dropped, last: at < 0 ? undefined : { at, instant } }
    }
    if (json[end] !== COMMA) return undefined
    place = end + 1
  }
}

/** A cursor alone has more than half as many characters. */
const LEAST_ROW_BYTES = 250

function begin(
  json: Buffer,
  at: number,
  places: readonly RowPlaceScan[],
  expected: EdgesExpected,
): State {
  const rows = Math.ceil((json.length - at) / LEAST_ROW_BYTES)
  const table = new RowTable(json, places.length, Math.min(expected.most, rows))
  return {
    scan: {
      table,
      json,
      organization: Number(expected.organization),
      idFrom: 0,
      idTo: 0,
      plain: true,
    },
    expected,
    lastAt: -1,
    lastInstant: 0,
    before: expected.after && boundaryOf(expected.after),
  }
}

function scanEdge(state: State, at: number, places: readonly RowPlaceScan[]): number {
  const { scan } = state
  const { json, table } = scan
  const start = scanBytes(json, at, EDGE)
  const cursorEnd = start === FAULT ? FAULT : scanCursor(state, start)
  if (cursorEnd === FAULT) return FAULT
  let place = cursorEnd
  for (let index = 0; index < places.length; index++) {
    const shown = places[index] as RowPlaceScan
    const from = scanBytes(json, place, shown.head)
    if (from === FAULT) return FAULT
    const patches = table.patchCount
    scan.plain = true
    place = shown.scan(scan, from)
    if (place === FAULT) return FAULT
    table.setPlace(index, from, place, patches, scan.plain)
  }
  return json[place] === CLOSE_OBJECT ? place + 1 : FAULT
}

/** A cursor in quotes (docs/node-protocol.md). Whose row it is, and where it stands, is checked at once. */
function scanCursor(state: State, at: number): number {
  const { scan, expected } = state
  const { json, table } = scan
  const cursor = at + 1
  if (json[at] !== QUOTE || json[cursor] !== 0x32) return FAULT
  if (!isStatus(json[cursor + layout.status])) return FAULT
  if (!isHex(json, cursor + layout.content, 32)) return FAULT
  if (readDigits(json, cursor + layout.owner, 9) < 0) return FAULT
  const instant = readDigits(json, cursor + layout.instant, 15)
  if (instant < 0 || !isHex(json, cursor + layout.identity, 32)) return FAULT
  const idTo = idEnd(json, cursor + layout.id)
  const end = idTo === FAULT ? FAULT : versionEnd(json, idTo + 1)
  if (end === FAULT) return FAULT
  if (scanBytes(json, cursor + layout.patient, expected.digest) === FAULT) {
    throw new InvalidAnswer('WRONG_PATIENT')
  }
  if (readDigits(json, cursor + layout.id, 9) !== scan.organization) {
    throw new InvalidAnswer('WRONG_ORGANIZATION')
  }
  checkOrder(state, cursor, instant, expected.newestFirst)
  state.lastAt = cursor
  state.lastInstant = instant
  scan.idFrom = cursor + layout.id
  scan.idTo = idTo
  table.instants[table.count] = instant
  table.setCursor(cursor, idTo, end)
  return end + 1
}

function checkOrder(state: State, cursor: number, instant: number, newestFirst: boolean): void {
  const { json } = state.scan
  const difference =
    state.lastAt >= 0
      ? state.lastInstant - instant ||
        compareText(json, state.lastAt + layout.identity, json, cursor + layout.identity)
      : state.before
        ? state.before.instant - instant ||
          compareText(state.before.text, 0, json, cursor + layout.identity)
        : undefined
  if (difference === undefined) return
  if ((newestFirst ? -difference : difference) >= 0) throw new InvalidAnswer('WRONG_ORDER')
}

/** Kinds of characters, by their byte: a look-up is cheaper than comparisons, and there are 64 of them in each row. */
const STATUS = 1
const HEX = 2
const ID = 4
const KINDS = new Uint8Array(256)
for (const byte of bytesOf(Object.values(statusLetters).join(''))) KINDS[byte] = STATUS
for (const byte of bytesOf('0123456789abcdef')) KINDS[byte] = (KINDS[byte] ?? 0) | HEX
for (const byte of bytesOf('-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz')) {
  KINDS[byte] = (KINDS[byte] ?? 0) | ID
}

const isA = (kind: number, byte: number | undefined): boolean =>
  ((KINDS[byte as number] as number) & kind) !== 0

const isStatus = (byte: number | undefined): boolean => isA(STATUS, byte)

function isHex(json: Uint8Array, at: number, length: number): boolean {
  const end = at + length
  for (let place = at; place < end; place++) if (!isA(HEX, json[place])) return false
  return true
}

/** `<9 digits>.<1 to 64 letters, digits, dots, hyphens>`, up to the mark that ends it. */
function idEnd(json: Uint8Array, at: number): number {
  if (json[at + 9] !== 0x2e) return FAULT
  let place = at + 10
  while (isA(ID, json[place])) place += 1
  const length = place - at - 10
  return length >= 1 && length <= 64 && json[place] === END_OF_ID ? place : FAULT
}

function versionEnd(json: Uint8Array, at: number): number {
  let place = at
  while ((json[place] as number) >= 0x30 && (json[place] as number) <= 0x39) place += 1
  return place > at && place - at <= 15 && json[place] === QUOTE ? place : FAULT
}
