import type { LogKeys } from '../keys.js'
import type { StoredLog } from '../store.js'
import { readHead } from './head.js'
import { listSegments, readLines, type Segment } from './segments.js'
import { newestTreeHead, readTreeHeads } from './tree-heads.js'

/** A log's files as they are, also while they are being written. */
export function storedLog(directory: string, keys: LogKeys): StoredLog {
  return {
    head: () => readHead(directory, keys),
    lines: (after = 0) => linesFrom(directory, after),
    treeHeads: () => readTreeHeads(directory),
    newestTreeHead: () => newestTreeHead(directory),
  }
}

export async function* linesFrom(directory: string, after: number): AsyncGenerator<Buffer> {
  const segments = await listSegments(directory)
  for (const [at, segment] of segments.entries()) {
    const next = segments[at + 1]
    if (next && next.first <= after + 1) continue
    let number = segment.first
    const isFinished = next !== undefined
    for await (const { bytes } of readLines(segment.path, isFinished))
      if (number++ > after) yield bytes
  }
}

/** Where the segments of an owner are. */
export const segmentOf = (segments: readonly Segment[], sequence: number): Segment | undefined =>
  segments.findLast(({ first }) => first <= sequence)
