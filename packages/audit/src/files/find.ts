import { placeLine } from '../line.js'
import type { IndexQuery } from '../store.js'
import { candidates, indexPath, offsetOf } from './index-file.js'
import { lineAt, segmentOf } from './read.js'
import { listSegments, readLines, type Segment } from './segments.js'

/** Lines that may fit, segment by segment. @param last number of the last durable record */
export async function* findLines(
  directory: string,
  last: number,
  query: IndexQuery,
): AsyncGenerator<Buffer> {
  const segments = await listSegments(directory)
  const numbered = segments.map((segment, at) => {
    const next = segments[at + 1]?.first ?? last + 1
    return { segment, records: Math.max(0, next - segment.first) }
  })
  for (const { segment, records } of query.newestFirst ? numbered.toReversed() : numbered) {
    const found = await candidates(indexPath(segment.path), records, query)
    for (const { at, offset } of query.newestFirst ? found.toReversed() : found) {
      const sequence = segment.first + at
      const line = (await lineAt(segment, offset, sequence)) ?? (await scanFor(segment, sequence))
      if (line) yield line
    }
  }
}

/** One line by its number: through the index, whose entries are all of one size. */
export async function lineOf(directory: string, sequence: number): Promise<Buffer | undefined> {
  const segment = segmentOf(await listSegments(directory), sequence)
  if (!segment) return undefined
  const offset = await offsetOf(indexPath(segment.path), sequence - segment.first)
  const line = offset === undefined ? undefined : await lineAt(segment, offset, sequence)
  return line ?? scanFor(segment, sequence)
}

/** Reads through a segment: also right where it was rewritten just now and its index is not yet. */
async function scanFor(segment: Segment, sequence: number): Promise<Buffer | undefined> {
  let number = segment.first
  for await (const { bytes } of readLines(segment.path)) {
    if (number++ === sequence) return placeLine(bytes)?.line.s === sequence ? bytes : undefined
  }
  return undefined
}
