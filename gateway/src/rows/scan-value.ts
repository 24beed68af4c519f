import {
  type GraphQLOutputType,
  getNamedType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { type Selected, type Selection, strategyAt, TYPE_KEY } from '../merge/select.js'
import { Patch } from './row-table.js'
import type { RowScan, Scan, ScanParts } from './scan.js'
import { bytesOf, FALSE, FAULT, NULL, scanBoolean, scanBytes } from './scan-json.js'
import { compileLeaf, exactly, scanList } from './scan-leaf.js'
import { scanIds, scanJoined, scanMark } from './scan-marks.js'
import { compileReference } from './scan-reference.js'

const CLOSE_OBJECT = 0x7d
const COMMA = 0x2c

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
      return scanMark(Patch.CONFLICT, scanBoolean, FALSE)
    case 'MARK_SUPERSEDED':
      return scanMark(Patch.SUPERSEDED, scanBoolean, FALSE)
    case 'MARK_POSSIBLE_DUPLICATE':
      return scanIds(Patch.DUPLICATES)
    case 'MARK_RIVALS':
      return scanIds(Patch.RIVALS)
    case 'MARK_SOURCE':
      return compileReference(selected, parts, Patch.SOURCE)
    case 'UNION':
      return compileJoined(selected, parts)
    default:
      return undefined
  }
}

function compileJoined(selected: Selected, parts: ScanParts): Scan {
  const join = parts.joins++
  const { field } = selected
  const list = field && (isNonNullType(field.type) ? field.type.ofType : field.type)
  if (!isListType(list)) throw new Error(`${selected.name} is joined, but is no list`)
  return scanJoined(join, compileType(list.ofType, selected, parts))
}

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
