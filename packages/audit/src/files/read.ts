import { open } from 'node:fs/promises'
import type { LogKeys } from '../keys.js'
import { placeLine } from '../line.js'
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

/** The line at an offset, where it is the one with this number: a segment that was rewritten has its lines elsewhere. */
export async function lineAt(
  segment: Segment,
  offset: number,
  sequence: number,
): Promise<Buffer | undefined> {
  const file = await open(segment.path, 'r')
  try {
    const { size } = await file.stat()
    for (let length = 2_048; ; length *= 8) {
      const bytes = Buffer.alloc(Math.min(length, size - offset))
      await file.read(bytes, 0, bytes.length, offset)
      const feed = bytes.indexOf(10)
      if (feed < 0 && offset + bytes.length < size) continue
      const line = bytes.subarray(0, feed < 0 ? bytes.length : feed)
      return placeLine(line)?.line.s === sequence ? line : undefined
    }
  } finally {
    await file.close()
  }
}

/** Where the segments of an owner are. */
export const segmentOf = (segments: readonly Segment[], sequence: number): Segment | undefined =>
  segments.findLast(({ first }) => first <= sequence)
