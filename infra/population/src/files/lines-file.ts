import { appendFile } from 'node:fs/promises'

/** A file of lines that grows, in parts that a text editor can open. */
export interface LinesFile {
  /** @param line without its end */
  write(line: string): Promise<void>
  close(): Promise<void>
}

export interface Written {
  bytes: number
  files: number
}

/** Written together, in characters: so much of each organisation is in memory. */
const CHUNK = 64 * 1024
/** Bytes of one part, more or less. */
const PART = 64 * 1024 * 1024

/**
 * @param pathOf path of a part, from 1
 * @param written is added to
 */
export function createLinesFile(pathOf: (part: number) => string, written: Written): LinesFile {
  let waiting: string[] = []
  let characters = 0
  let part = 1
  let bytesInPart = 0
  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return
    const text = `${waiting.join('\n')}\n`
    waiting = []
    characters = 0
    if (bytesInPart === 0) written.files += 1
    await appendFile(pathOf(part), text)
    const bytes = Buffer.byteLength(text)
    written.bytes += bytes
    bytesInPart += bytes
    if (bytesInPart < PART) return
    part += 1
    bytesInPart = 0
  }
  return {
    async write(line) {
      waiting.push(line)
      characters += line.length
      if (characters >= CHUNK) await flush()
    },
    close: flush,
  }
}
