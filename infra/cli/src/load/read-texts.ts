import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { unreadable } from '../files.js'
import type { SourceFile } from './find-files.js'
import type { Origin } from './part.js'

/** One text that should be a resource: a file, or a line of it. */
export interface SourceText {
  readonly text: string
  readonly origin: Origin
  /** Read of this file so far. */
  readonly bytes: number
}

/** @throws CliError `FILE_UNREADABLE` */
export async function* readTexts({ path, name, bytes }: SourceFile): AsyncGenerator<SourceText> {
  const raw = createReadStream(path)
  const unpacked = /\.gz$/i.test(path) ? raw.pipe(createGunzip()) : raw
  // `pipe` does not pass errors on.
  raw.on('error', (error) => unpacked.destroy(error))
  try {
    if (/\.ndjson(\.gz)?$/i.test(path)) {
      let number = 0
      for await (const text of linesOf(unpacked)) {
        number += 1
        const origin = { file: name, place: `line ${number}` }
        if (text.trim() !== '') yield { text, origin, bytes: raw.bytesRead }
      }
    } else {
      let text = ''
      for await (const part of decoded(unpacked)) text += part
      yield { text, origin: { file: name }, bytes }
    }
  } catch (cause) {
    throw unreadable(name, cause)
  } finally {
    raw.destroy()
  }
}

async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest = ''
  for await (const part of decoded(stream)) {
    const lines = (rest + part).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  yield rest
}

/** Refuses what is not UTF-8: replacing what cannot be read would change data without a word. Takes a byte order mark off. */
async function* decoded(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for await (const part of stream) yield decoder.decode(part, { stream: true })
  yield decoder.decode()
}
