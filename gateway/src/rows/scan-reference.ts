import { isKeyOnly, type Selected } from '../merge/select.js'
import { Patch } from './row-table.js'
import type { Scan, ScanParts } from './scan.js'
import { bytesOf, FAULT, readDigits, scanBytes } from './scan-json.js'

const CLOSE_OBJECT = 0x7d
const QUOTE = 0x22

/** `{ "number": "…" }`; what else the client wants of it is written later. */
export function compileReference(selected: Selected, parts: ScanParts, kind: number): Scan {
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
