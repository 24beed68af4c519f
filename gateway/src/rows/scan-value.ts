import {
  type GraphQLLeafType,
  type GraphQLOutputType,
  getNamedType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { isKeyOnly, type Selected, type Selection, strategyAt, TYPE_KEY } from '../merge/select.js'
import { Patch, type RowTable } from './row-table.js'
import {
  bytesOf,
  FALSE,
  FAULT,
  NULL,
  readDigits,
  scanBoolean,
  scanBytes,
  scanDateTime,
  scanInt,
  scanNumber,
  scanOrganizationNumber,
  scanString,
} from './scan-json.js'

/** What a row is checked against while it is read. */
export interface RowScan {
  readonly table: RowTable
  readonly json: Uint8Array
  /** Organisation that answered, as a number. */
  readonly organization: number
  /** Where the row's id starts and ends in its cursor. */
  idFrom: number
  idTo: number
  /** False once a patch of the row is not trivially what stands there already. */
  plain: boolean
}

/** Checks the value at a place; answers the place after it, or FAULT. */
export type Scan = (scan: RowScan, at: number) => number

/** A selection of a reference that rows show: an organisation's fields from the registry, or its number alone. */
export interface Reference {
  readonly fields: Selection
  readonly keyOnly: boolean
}

/** Gathers what the scans of one operation refer to by number. */
export interface ScanParts {
  readonly references: Reference[]
  joins: number
}

const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const CLOSE_OBJECT = 0x7d
const COMMA = 0x2c
const QUOTE = 0x22

/** Compiles the check of one row. Its `id` must be the one that its cursor orders it by. */
export function compileRow(typeName: string, fields: Selection, parts: ScanParts): Scan {
  return compileObject(typeName, fields, parts, true)
}

function compileObject(
  typeName: string,
  fields: Selection,
  parts: ScanParts,
  isRow: boolean,
): Scan {
  if (fields.length === 0) return emptyObject(typeName)
  const members = fields.map((selected, index) => ({
    head: bytesOf(`${index === 0 ? '{' : ','}${JSON.stringify(selected.key)}:`),
    scan: compileField(typeName, selected, parts, isRow),
  }))
  const heads = members.map(({ head }) => head)
  const scans = members.map(({ scan }) => scan)
  const { length } = members
  return (scan, at) => {
    let place = at
    for (let index = 0; index < length; index++) {
      place = scanBytes(scan.json, place, heads[index] as Uint8Array)
      if (place === FAULT) return FAULT
      place = (scans[index] as Scan)(scan, place)
      if (place === FAULT) return FAULT
    }
    return scan.json[place] === CLOSE_OBJECT ? place + 1 : FAULT
  }
}

/** Everything was left out by directives: the source was asked for the type, so that there is something to ask for. */
function emptyObject(typeName: string): Scan {
  const whole = bytesOf(JSON.stringify({ [TYPE_KEY]: typeName }))
  return (scan, at) => {
    const end = scanBytes(scan.json, at, whole)
    if (end === FAULT) return FAULT
    scan.plain = false
    scan.table.addPatch(Patch.REMOVE, at + 1, end - 1, 0, 0)
    return end
  }
}

function compileField(
  typeName: string,
  selected: Selected,
  parts: ScanParts,
  isRow: boolean,
): Scan {
  const { field } = selected
  if (!field) return exactly(JSON.stringify(typeName))
  if (isRow && selected.name === 'id') return scanRowId
  return compileMarked(selected, parts) ?? compileType(field.type, selected, parts)
}

/** Fields whose value the gateway sets, or joins from all copies. */
function compileMarked(selected: Selected, parts: ScanParts): Scan | undefined {
  switch (strategyAt(selected) ?? '') {
    case 'MARK_CONFLICT':
      return mark(Patch.CONFLICT, scanBoolean, FALSE)
    case 'MARK_SUPERSEDED':
      return mark(Patch.SUPERSEDED, scanBoolean, FALSE)
    case 'MARK_POSSIBLE_DUPLICATE':
      return compileIds(Patch.DUPLICATES)
    case 'MARK_RIVALS':
      return compileIds(Patch.RIVALS)
    case 'MARK_SOURCE':
      return compileReference(selected, parts, Patch.SOURCE)
    case 'UNION':
      return compileJoined(selected, parts)
    default:
      return undefined
  }
}

function mark(
  kind: number,
  read: (json: Uint8Array, at: number) => number,
  usual: Uint8Array,
): Scan {
  return (scan, at) => {
    const end = read(scan.json, at)
    if (end === FAULT) return FAULT
    if (scanBytes(scan.json, at, usual) !== end) scan.plain = false
    scan.table.addPatch(kind, at, end, 0, 0)
    return end
  }
}

/** Any list of ids: what a source says of other sources' rows is not looked at. */
function compileIds(kind: number): Scan {
  return (scan, at) => {
    const end = scanList(scan, at, ({ json }, place) => scanString(json, place))
    if (end === FAULT) return FAULT
    if (end - at > 2) scan.plain = false
    scan.table.addPatch(kind, at, end, 0, 0)
    return end
  }
}

function compileJoined(selected: Selected, parts: ScanParts): Scan {
  const join = parts.joins++
  const { field } = selected
  const list = field && (isNonNullType(field.type) ? field.type.ofType : field.type)
  if (!isListType(list)) throw new Error(`${selected.name} is joined, but is no list`)
  const item = compileType(list.ofType, selected, parts)
  return (scan, at) => {
    const index = scan.table.patchCount
    scan.table.addPatch(Patch.JOIN, at + 1, at + 1, 0, join)
    const end = scanList(scan, at, item)
    if (end !== FAULT) scan.table.endPatch(index, end - 1)
    return end
  }
}

/** `{ "number": "…" }`; what else the client wants of it is written later. */
function compileReference(selected: Selected, parts: ScanParts, kind: number): Scan {
  const below = selected.below
  if (below?.kind !== 'REFERENCE') throw new Error(`${selected.name} is no reference`)
  const reference = parts.references.push({
    fields: below.fields,
    keyOnly: isKeyOnly(below.fields),
  })
  const plainShape = below.fields.length === 1 && below.fields[0]?.key === 'number'
  return (scan, at) => {
    const { json } = scan
    const start = scanBytes(json, at, NUMBER)
    const number = start === FAULT ? FAULT : readDigits(json, start, 9)
    if (number < 0 || json[start + 9] !== QUOTE || json[start + 10] !== CLOSE_OBJECT) return FAULT
    const right = kind === Patch.SOURCE ? scan.organization : number
    if (!plainShape || right !== number) scan.plain = false
    scan.table.addReference(kind, at, start + 11, right, reference - 1)
    return start + 11
  }
}

const NUMBER = bytesOf('{"number":"')

function compileType(type: GraphQLOutputType, selected: Selected, parts: ScanParts): Scan {
  if (isNonNullType(type)) return compileNonNull(type.ofType, selected, parts)
  const inner = compileNonNull(type, selected, parts)
  return (scan, at) =>
    scan.json[at] === NULL[0] ? scanBytes(scan.json, at, NULL) : inner(scan, at)
}

function compileNonNull(type: GraphQLOutputType, selected: Selected, parts: ScanParts): Scan {
  if (isListType(type)) {
    const item = compileType(type.ofType, selected, parts)
    return (scan, at) => scanList(scan, at, item)
  }
  if (isLeafType(type)) return compileLeaf(type)
  const { below } = selected
  if (below?.kind === 'REFERENCE') return compileReference(selected, parts, Patch.REFERENCE)
  if (below?.kind === 'ABSTRACT') {
    return oneOf(below.cases.map((each) => compileCase(each.type.name, each.fields, parts)))
  }
  const named = getNamedType(type)
  if (!isObjectType(named) || below?.kind !== 'OBJECT') {
    throw new Error(`${selected.name} has no selection`)
  }
  return compileObject(named.name, below.fields, parts, false)
}

/** One possible type of an interface or union: first the type, which is taken out again, then its fields. */
function compileCase(typeName: string, fields: Selection, parts: ScanParts): Scan {
  const head = bytesOf(`{${JSON.stringify(TYPE_KEY)}:${JSON.stringify(typeName)}`)
  const rest = fields.length > 0 && compileObject(typeName, fields, parts, false)
  return (scan, at) => {
    const end = scanBytes(scan.json, at, head)
    if (end === FAULT) return FAULT
    scan.plain = false
    if (!rest) {
      scan.table.addPatch(Patch.REMOVE, at + 1, end, 0, 0)
      return scan.json[end] === CLOSE_OBJECT ? end + 1 : FAULT
    }
    if (scan.json[end] !== COMMA) return FAULT
    scan.table.addPatch(Patch.REMOVE, at + 1, end + 1, 0, 0)
    return restOf(scan, end, rest)
  }
}

/** The fields after the first, checked as if they began the object: for that the comma is seen as its brace. */
function restOf(scan: RowScan, comma: number, rest: Scan): number {
  const { json } = scan
  json[comma] = OPEN_BRACE
  const end = rest(scan, comma)
  json[comma] = COMMA
  return end
}

const OPEN_BRACE = 0x7b

function oneOf(cases: readonly Scan[]): Scan {
  return (scan, at) => {
    for (const each of cases) {
      const before = scan.table.patchCount
      const end = each(scan, at)
      if (end !== FAULT) return end
      scan.table.cutPatches(before)
    }
    return FAULT
  }
}

function scanList(scan: RowScan, at: number, item: Scan): number {
  const { json } = scan
  if (json[at] !== OPEN_LIST) return FAULT
  if (json[at + 1] === CLOSE_LIST) return at + 2
  let place = at + 1
  for (;;) {
    place = item(scan, place)
    if (place === FAULT) return FAULT
    if (json[place] === CLOSE_LIST) return place + 1
    if (json[place] !== COMMA) return FAULT
    place += 1
  }
}

/** The id that the client sees must be the one that the row stands by in the order. */
function scanRowId(scan: RowScan, at: number): number {
  const { json, idFrom, idTo } = scan
  if (json[at] !== 0x22) return FAULT
  const length = idTo - idFrom
  for (let index = 0; index < length; index++) {
    if (json[at + 1 + index] !== json[idFrom + index]) return FAULT
  }
  return json[at + 1 + length] === 0x22 ? at + length + 2 : FAULT
}

const exactly = (text: string): Scan => {
  const expected = bytesOf(text)
  return ({ json }, at) => scanBytes(json, at, expected)
}

function compileLeaf(type: GraphQLLeafType): Scan {
  if (isEnumType(type)) {
    return anyOf(type.getValues().map(({ name }) => bytesOf(JSON.stringify(name))))
  }
  const read = LEAVES[type.name] ?? scanString
  return ({ json }, at) => read(json, at)
}

function anyOf(values: readonly Uint8Array[]): Scan {
  return ({ json }, at) => {
    for (const value of values) {
      const end = scanBytes(json, at, value)
      if (end !== FAULT) return end
    }
    return FAULT
  }
}

/** Scalars of the contract that are no plain strings. */
const LEAVES: Readonly<Record<string, (json: Uint8Array, at: number) => number>> = {
  Int: scanInt,
  Float: scanNumber,
  Milliseconds: scanNumber,
  Boolean: scanBoolean,
  DateTime: scanDateTime,
  OrganizationNumber: scanOrganizationNumber,
}
