import type { ShownRow } from '../merge/merge-rows.js'
import type { RowRef } from '../merge/stream-queue.js'
import { PATCH_SIZE, Patch, type RowTable } from '../rows/row-table.js'
import type { ByteWriter } from './byte-writer.js'
import type { References } from './references.js'

/** What rows of one answer are written with. */
export interface RowWriting {
  readonly out: ByteWriter
  readonly references: References
}

/** One copy of a row, at one place of the operation that shows it. */
interface Written {
  readonly row: ShownRow
  readonly place: number
  readonly table: RowTable
  /** The copy's index in its table. */
  readonly index: number
  readonly superseded: boolean
}

/**
 * Writes a row as one place of the operation shows it: the source's own bytes, but for the marks that the gateway sets, for
 * organisations' fields from the registry, and for lists that are joined from all copies.
 */
export function writeRow(writing: RowWriting, row: ShownRow, place: number): void {
  const { index } = row
  const { table } = row.stream
  const start = table.start(index, place)
  const end = table.end(index, place)
  if (isPlain(row, place)) {
    writing.out.copy(table.json, table.view, start, end)
    return
  }
  const own: Written = { row, place, table, index, superseded: false }
  writeSpan(writing, own, start, end, table.firstPatch(index, place))
}

const isPlain = (
  { stream, index, copies, conflict, duplicates, rivals }: ShownRow,
  place: number,
): boolean => stream.table.isPlain(index, place) && !copies && !conflict && !duplicates && !rivals

/** Writes the bytes from `start` to `end` with the patches in them, from `patch` on. Answers the first patch behind them. */
function writeSpan(
  writing: RowWriting,
  copy: Written,
  start: number,
  end: number,
  patch: number,
): number {
  const { table } = copy
  const last = table.patchEnd(copy.index, copy.place)
  let written = start
  let at = patch
  while (at < last && table.patch(at + 1) < end) {
    if (table.patch(at) === Patch.JOIN && !copy.row.copies) {
      // Nothing to join: what is in the list is patched as it comes.
      at += PATCH_SIZE
      continue
    }
    writing.out.copy(table.json, table.view, written, table.patch(at + 1))
    written = table.patch(at + 2)
    if (table.patch(at) === Patch.JOIN) at = writeJoined(writing, copy, at)
    else {
      writePatch(writing, copy, at)
      at += PATCH_SIZE
    }
  }
  writing.out.copy(table.json, table.view, written, end)
  return at
}

function writePatch(writing: RowWriting, copy: Written, at: number): void {
  const { table, row } = copy
  const { out } = writing
  switch (table.patch(at)) {
    case Patch.CONFLICT:
      out.text(String(row.conflict))
      break
    case Patch.DUPLICATES:
      out.text(JSON.stringify(row.duplicates ?? []))
      break
    case Patch.RIVALS:
      out.text(JSON.stringify(row.rivals ?? []))
      break
    case Patch.SUPERSEDED:
      out.text(String(copy.superseded))
      break
    case Patch.SOURCE:
    case Patch.REFERENCE:
      writeReference(writing, table.patch(at + 4), table.patch(at + 3))
      break
    default:
    // REMOVE: the gateway asked for it, the client did not.
  }
}

function writeReference({ out, references }: RowWriting, which: number, number: number): void {
  const { bytes, view } = references.inRow(which, number)
  out.copy(bytes, view, 0, bytes.length)
}

/** The list of the row itself, then of each of its copies. Answers the patch after those of the list. */
function writeJoined(writing: RowWriting, copy: Written, at: number): number {
  const { table, row, place } = copy
  const before = writing.out.length
  const next = writeSpan(writing, copy, table.patch(at + 1), table.patch(at + 2), at + PATCH_SIZE)
  for (const other of row.copies ?? []) {
    if (isSameRow(other, row)) continue
    const { stream, index, superseded } = other
    const theirs: Written = { row, place, table: stream.table, index, superseded }
    writeOthers(writing, theirs, table.patch(at + 4), writing.out.length > before)
  }
  return next
}

const isSameRow = (a: RowRef, b: RowRef): boolean => a.stream === b.stream && a.index === b.index

/** The same list of another copy. */
function writeOthers(writing: RowWriting, copy: Written, join: number, hasBefore: boolean): void {
  const { table, index, place } = copy
  const end = table.patchEnd(index, place)
  for (let at = table.firstPatch(index, place); at < end; at += PATCH_SIZE) {
    if (table.patch(at) !== Patch.JOIN || table.patch(at + 4) !== join) continue
    const [from, to] = [table.patch(at + 1), table.patch(at + 2)]
    if (from === to) return
    if (hasBefore) writing.out.comma()
    writeSpan(writing, copy, from, to, at + PATCH_SIZE)
    return
  }
}
