import { indexId, indexKeysOf } from '../index-keys.js'
import type { LogKeys } from '../keys.js'
import { placeLine } from '../line.js'
import { checkRecord } from '../record.js'
import { openLine } from '../seal.js'
import { type IndexEntry, indexPath, isWhole, replaceIndex } from './index-file.js'
import { readLines, type Segment } from './segments.js'

/** What an index is made with. */
export interface IndexMaker {
  readonly keys: LogKeys
  readonly digestKey: Uint8Array
}

/** Makes the indexes that are missing, too short or of another key. @param records number in the whole log */
export async function completeIndexes(
  segments: readonly Segment[],
  records: number,
  maker: IndexMaker,
): Promise<void> {
  for (const [at, segment] of segments.entries()) {
    const next = segments[at + 1]?.first ?? records + 1
    const whole = await isWhole(
      indexPath(segment.path),
      indexId(maker.digestKey),
      next - segment.first,
    )
    if (!whole) await buildIndex(segment, maker)
  }
}

export async function buildIndex(segment: Segment, maker: IndexMaker): Promise<number> {
  const entries: IndexEntry[] = []
  let offset = 0
  for await (const { bytes, end } of readLines(segment.path)) {
    entries.push(entryOf(bytes, offset, maker))
    offset = end
  }
  await replaceIndex(indexPath(segment.path), indexId(maker.digestKey), entries)
  return entries.length
}

/** Of a record that was deleted, or that does not open, an entry that fits nothing. */
function entryOf(bytes: Buffer, offset: number, { keys, digestKey }: IndexMaker): IndexEntry {
  const placed = placeLine(bytes)
  const opened = placed && openLine(keys, placed)
  if (!opened) return { offset, atMs: Number.NaN, patient: undefined, decision: undefined }
  return { offset, ...indexKeysOf(checkRecord(JSON.parse(opened.text)), digestKey) }
}
