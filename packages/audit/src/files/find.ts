import { placeLine } from '../line.js'
import { type Candidate, candidates, type IndexQueries, indexPath, offsetOf } from './index-file.js'
import { openLineReader } from './line-reader.js'
import { segmentOf } from './read.js'
import { listSegments, readLines, type Segment } from './segments.js'

/**
 * Lines that may fit, segment by segment. What an index does not tell of, because it lags, is missing or was made with a
 * key that nobody named, may fit too: it is never left out.
 * @param last number of the last durable record
 */
export async function* findLines(
  directory: string,
  last: number,
  queries: IndexQueries,
  newestFirst: boolean,
): AsyncGenerator<Buffer> {
  const segments = await listSegments(directory)
  const numbered = segments.map((segment, at) => {
    const next = segments[at + 1]?.first ?? last + 1
    return { segment, records: Math.max(0, next - segment.first) }
  })
  for (const { segment, records } of newestFirst ? numbered.toReversed() : numbered) {
    const { found, known } = await candidates(indexPath(segment.path), records, queries)
    const others = known < records ? await linesBetween(segment, known, records) : []
    if (newestFirst) yield* others.toReversed()
    yield* linesOf(segment, newestFirst ? found.toReversed() : found)
    if (!newestFirst) yield* others
  }
}

async function* linesOf(segment: Segment, places: readonly Candidate[]): AsyncGenerator<Buffer> {
  if (places.length === 0) return
  const reader = await openLineReader(segment)
  try {
    for (const { at, offset } of places) {
      const sequence = segment.first + at
      const line = (await reader.lineAt(offset, sequence)) ?? (await scanFor(segment, sequence))
      if (line) yield line
    }
  } finally {
    await reader.close()
  }
}

/** Lines of a segment by their places in it, from 0 on, the last one not included. */
async function linesBetween(segment: Segment, from: number, to: number): Promise<Buffer[]> {
  const lines: Buffer[] = []
  let at = 0
  for await (const { bytes } of readLines(segment.path)) {
    if (at >= to) break
    if (at++ >= from) lines.push(bytes)
  }
  return lines
}

/** One line by its number: through the index, whose entries are all of one size. */
export async function lineOf(directory: string, sequence: number): Promise<Buffer | undefined> {
  const segment = segmentOf(await listSegments(directory), sequence)
  if (!segment) return undefined
  const at = sequence - segment.first
  const offset = await offsetOf(indexPath(segment.path), at)
  for await (const line of offset === undefined ? [] : linesOf(segment, [{ at, offset }]))
    return line
  return scanFor(segment, sequence)
}

/** Reads through a segment: also right where it was rewritten just now and its index is not yet. */
async function scanFor(segment: Segment, sequence: number): Promise<Buffer | undefined> {
  let number = segment.first
  for await (const { bytes } of readLines(segment.path)) {
    if (number++ === sequence) return placeLine(bytes)?.line.s === sequence ? bytes : undefined
  }
  return undefined
}
