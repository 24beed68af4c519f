import { type FileHandle, open } from 'node:fs/promises'
import { placeLine } from '../line.js'
import type { Segment } from './segments.js'

/** Lines of one segment by their places. */
export interface LineReader {
  /** The line at an offset, where it is the one with this number: a segment that was rewritten has its lines elsewhere. */
  lineAt(offset: number, sequence: number): Promise<Buffer | undefined>
  close(): Promise<void>
}

/** Neighbours are asked for one after the other, in either direction: a window holds two blocks of this size (bytes). */
const BLOCK = 16_384
const LINE_FEED = 10

interface Window {
  readonly start: number
  readonly bytes: Buffer
}

/** Opens the segment once for all its lines, and reads those that stand close together at once. */
export async function openLineReader({ path }: Segment): Promise<LineReader> {
  const file = await open(path, 'r')
  let window: Window = { start: 0, bytes: Buffer.alloc(0) }
  return {
    async lineAt(offset, sequence) {
      for (let blocks = 2; ; blocks *= 8) {
        const line = lineIn(window, offset)
        if (line !== undefined) return placeLine(line)?.line.s === sequence ? line : undefined
        const wanted = blocks * BLOCK
        window = await readWindow(file, Math.floor(offset / BLOCK) * BLOCK, wanted)
        if (window.bytes.length < wanted) return lastLine(window, offset, sequence)
      }
    },
    close: () => file.close(),
  }
}

async function readWindow(file: FileHandle, start: number, length: number): Promise<Window> {
  const bytes = Buffer.allocUnsafe(length)
  const { bytesRead } = await file.read(bytes, 0, length, start)
  return { start, bytes: bytes.subarray(0, bytesRead) }
}

function lineIn({ start, bytes }: Window, offset: number): Buffer | undefined {
  if (offset < start) return undefined
  const feed = bytes.indexOf(LINE_FEED, offset - start)
  return feed < 0 ? undefined : bytes.subarray(offset - start, feed)
}

/** Where the file ends in the window, its last line may have no line feed. */
function lastLine(window: Window, offset: number, sequence: number): Buffer | undefined {
  const line = lineIn(window, offset) ?? window.bytes.subarray(offset - window.start)
  return placeLine(line)?.line.s === sequence ? line : undefined
}
