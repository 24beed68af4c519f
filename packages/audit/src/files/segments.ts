import { createReadStream } from 'node:fs'
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** A file of the log; its name is the number of its first record. */
export interface Segment {
  readonly path: string
  readonly first: number
}

const NAME = /^(\d{16})\.jsonl$/

export async function listSegments(directory: string): Promise<readonly Segment[]> {
  const names = await readdir(directory)
  return names
    .filter((name) => NAME.test(name))
    .sort()
    .map((name) => ({ path: join(directory, name), first: Number(name.slice(0, 16)) }))
}

/** Creates the segment that begins with record `first`, and makes its name durable. Harmless when tried again. */
export async function createSegment(directory: string, first: number): Promise<Segment> {
  const path = join(directory, `${String(first).padStart(16, '0')}.jsonl`)
  await (await open(path, 'a', 0o600)).close()
  await syncDirectory(directory)
  return { path, first }
}

export interface Line {
  readonly bytes: Buffer
  /** Offset behind the line feed. */
  readonly end: number
}

/**
 * The whole lines of a file; bytes after the last line feed are an unfinished write and are not a line.
 * @param isFinished nothing can be unfinished in this file: such bytes are given as a line too
 */
export async function* readLines(path: string, isFinished = false): AsyncGenerator<Line> {
  let rest: Buffer = Buffer.alloc(0)
  let end = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    let from = 0
    const bytes: Buffer =
      rest.length > 0 ? Buffer.concat([rest, chunk as Buffer]) : (chunk as Buffer)
    for (let feed = bytes.indexOf(10); feed >= 0; feed = bytes.indexOf(10, from)) {
      end += feed + 1 - from
      yield { bytes: bytes.subarray(from, feed), end }
      from = feed + 1
    }
    rest = bytes.subarray(from)
  }
  if (isFinished && rest.length > 0) yield { bytes: rest, end: end + rest.length }
}

export async function syncDirectory(directory: string): Promise<void> {
  // A folder cannot be opened for syncing on Windows, where a new name is durable with the file.
  if (process.platform === 'win32') return
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
