import { type GraphQLLeafType, isEnumType } from 'graphql'
import type { RowScan, Scan } from './scan.js'
import {
  bytesOf,
  FAULT,
  scanBoolean,
  scanBytes,
  scanDateTime,
  scanInt,
  scanNumber,
  scanOrganizationNumber,
  scanString,
} from './scan-json.js'

const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const COMMA = 0x2c

export function scanList(scan: RowScan, at: number, item: Scan): number {
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

export const exactly = (text: string): Scan => {
  const expected = bytesOf(text)
  return ({ json }, at) => scanBytes(json, at, expected)
}

export function compileLeaf(type: GraphQLLeafType): Scan {
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
