import { Patch } from './row-table.js'
import type { Scan } from './scan.js'
import { FAULT, scanBytes, scanString } from './scan-json.js'
import { scanList } from './scan-leaf.js'

/** A value that the gateway sets. @param usual what it sets mostly */
export function scanMark(
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
export function scanIds(kind: number): Scan {
  return (scan, at) => {
    const end = scanList(scan, at, ({ json }, place) => scanString(json, place))
    if (end === FAULT) return FAULT
    if (end - at > 2) scan.plain = false
    scan.table.addPatch(kind, at, end, 0, 0)
    return end
  }
}

/** A list that the gateway joins from all copies. @param item check of one of its values */
export function scanJoined(join: number, item: Scan): Scan {
  return (scan, at) => {
    const index = scan.table.patchCount
    scan.table.addPatch(Patch.JOIN, at + 1, at + 1, 0, join)
    const end = scanList(scan, at, item)
    if (end !== FAULT) scan.table.endPatch(index, end - 1)
    return end
  }
}
