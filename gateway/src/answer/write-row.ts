import type { MergePlan } from '../merge/merge-plan.js'
import type { RowRef, ShownRow } from '../merge/merge-rows.js'
import { PATCH_SIZE, Patch } from '../rows/row-table.js'
import type { ByteWriter } from './byte-writer.js'
import type { References } from './references.js'

/** What rows of one answer are written with. */
export interface RowWriting {
  readonly out: ByteWriter
  readonly plan: MergePlan
  readonly references: References
}

/** A copy of the row that is being written. */
interface Copy extends RowRef {
  readonly superseded: boolean
}

/**
 * Writes a row as one place of the operation shows it: the source's own bytes, but for the marks that the gateway sets, for
 * organisations' fields from the registry, and for lists that are joined from all copies.
 */
export function writeRow(writing: RowWriting, row: ShownRow, place: number): void {
  const { table } = row.stream
  const start = table.start(row.index, place)
  const end = table.end(row.index, place)
  if (isPlain(row, place)) {
    writing.out.copy(table.json, start, end)
    return
  }
  const self: Copy = { stream: row.stream, index: row.index, superseded: false }
  writeSpan(writing, row, place, self, { start, end, ...patchesOf(self, place) })
}

interface Span {
  readonly start: number
  readonly end: number
  /** First patch within, and the one after the last that may lie within. */
  readonly from: number
  readonly to: number
}

const isPlain = (
  { stream, index, copies, conflict, duplicates }: ShownRow,
  place: number,
): boolean => stream.table.isPlain(index, place) && !copies && !conflict && !duplicates

function patchesOf({ stream: { table }, index }: RowRef, place: number): Pick<Span, 'from' | 'to'> {
  return { from: table.firstPatch(index, place), to: table.patchEnd(index, place) }
}

/** Answers the first patch that lies behind the span. */
function writeSpan(
  writing: RowWriting,
  row: ShownRow,
  place: number,
  copy: Copy,
  { start, end, from, to }: Span,
): number {
  const { table } = copy.stream
  let written = start
  let at = from
  while (at < to && table.patch(at + 1) < end) {
    const patchStart = table.patch(at + 1)
    const patchEnd = table.patch(at + 2)
    writing.out.copy(table.json, written, patchStart)
    written = patchEnd
    if (table.patch(at) === Patch.JOIN) {
      at = writeJoined(writing, row, place, copy, {
        start: patchStart,
        end: patchEnd,
        from: at,
        to,
      })
    } else {
      writePatch(writing, row, copy, at)
      at += PATCH_SIZE
    }
  }
  writing.out.copy(table.json, written, end)
  return at
}

function writePatch(
  { out, plan, references }: RowWriting,
  row: ShownRow,
  copy: Copy,
  at: number,
): void {
  const { table } = copy.stream
  switch (table.patch(at)) {
    case Patch.CONFLICT:
      return out.text(String(row.conflict))
    case Patch.DUPLICATES:
      return out.text(JSON.stringify(row.duplicates ?? []))
    case Patch.SUPERSEDED:
      return out.text(String(copy.superseded))
    case Patch.SOURCE:
    case Patch.REFERENCE: {
      const reference = plan.references[table.patch(at + 4)]
      if (!reference) throw new Error('a reference that is not of the plan')
      const bytes = references.bytesOf(reference.fields, table.patch(at + 3))
      return out.copy(bytes, 0, bytes.length)
    }
    default:
      // REMOVE: the gateway asked for it, the client did not.
      return
  }
}

/** The list of the row itself, then of each of its copies. */
function writeJoined(
  writing: RowWriting,
  row: ShownRow,
  place: number,
  copy: Copy,
  span: Span,
): number {
  const { out } = writing
  const join = copy.stream.table.patch(span.from + 4)
  const before = out.length
  const next = writeSpan(writing, row, place, copy, { ...span, from: span.from + PATCH_SIZE })
  for (const other of row.copies ?? []) {
    if (other.stream === row.stream && other.index === row.index) continue
    writeOthers(writing, row, place, other, join, out.length > before)
  }
  return next
}

function writeOthers(
  writing: RowWriting,
  row: ShownRow,
  place: number,
  other: Copy,
  join: number,
  hasBefore: boolean,
): void {
  const { table } = other.stream
  const { from, to } = patchesOf(other, place)
  for (let at = from; at < to; at += PATCH_SIZE) {
    if (table.patch(at) !== Patch.JOIN || table.patch(at + 4) !== join) continue
    const span = { start: table.patch(at + 1), end: table.patch(at + 2), from: at + PATCH_SIZE, to }
    if (span.start === span.end) return
    if (hasBefore) writing.out.comma()
    writeSpan(writing, row, place, other, span)
    return
  }
}

/** Tells which organisations a row will show. */
export function needReferences(
  row: ShownRow,
  place: number,
  plan: MergePlan,
  references: References,
): void {
  // Its bytes are copied as they are.
  if (isPlain(row, place)) return
  for (const copy of row.copies ?? [row]) {
    const { table } = copy.stream
    const { from, to } = patchesOf(copy, place)
    for (let at = from; at < to; at += PATCH_SIZE) {
      const kind = table.patch(at)
      if (kind !== Patch.SOURCE && kind !== Patch.REFERENCE) continue
      const reference = plan.references[table.patch(at + 4)]
      if (reference) references.need(reference.fields, table.patch(at + 3))
    }
  }
}
