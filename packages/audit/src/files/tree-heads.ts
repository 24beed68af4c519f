import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readLines } from './segments.js'

const NAME = 'tree-heads'
/** Far more than one tree head is long. */
const TAIL_BYTES = 16_384

/** Adds a signed tree head, durably: once it is out, the log must stand by it. */
export async function addTreeHead(directory: string, jws: string): Promise<void> {
  const file = await open(join(directory, NAME), 'a', 0o600)
  try {
    // A line feed before it, too: a line that a crash cut short must not swallow this one.
    await file.appendFile(`\n${jws}\n`)
    await file.datasync()
  } finally {
    await file.close()
  }
}

/**
 * Tree heads as they were signed, oldest first: those that are there when the first is taken. One that a crash cut short
 * was given to nobody.
 */
export async function* readTreeHeads(directory: string): AsyncGenerator<string> {
  if (!(await isThere(directory))) return
  const path = join(directory, NAME)
  const { size } = await stat(path)
  for await (const { bytes, end } of readLines(path)) {
    if (end > size) return
    const jws = bytes.toString('latin1')
    if (isTreeHead(jws)) yield jws
  }
}

export async function newestTreeHead(directory: string): Promise<string | undefined> {
  if (!(await isThere(directory))) return undefined
  const file = await open(join(directory, NAME), 'r')
  try {
    const { size } = await file.stat()
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES))
    await file.read(tail, 0, tail.length, size - tail.length)
    // What stands behind the last line feed was cut short.
    return tail.toString('latin1').split('\n').slice(0, -1).findLast(isTreeHead)
  } finally {
    await file.close()
  }
}

/** The last signature has 64 bytes. */
const isTreeHead = (line: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]{86}$/.test(line)

async function isThere(directory: string): Promise<boolean> {
  try {
    await (await open(join(directory, NAME), 'r')).close()
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
