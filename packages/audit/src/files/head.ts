import { type FileHandle, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isSigned, type LogKeys, sign } from '../keys.js'
import type { Tip } from '../line.js'

const NAME = 'head'

/**
 * The head says how far the log has come at least; the chain alone cannot tell that its last lines were taken away.
 * It is written after each durable batch, in place and always the same size, so that it never delays an append.
 * It does not help against someone who puts back an older log together with its older head.
 */
export async function openHead(directory: string): Promise<FileHandle> {
  const path = join(directory, NAME)
  try {
    return await open(path, 'r+')
  } catch {
    return await open(path, 'wx+', 0o600)
  }
}

export async function writeHead(handle: FileHandle, keys: LogKeys, tip: Tip): Promise<void> {
  const text = `${String(tip.sequence).padStart(16, '0')} ${tip.hash}`
  await handle.write(`${text} ${sign(keys, text)}\n`, 0)
}

/** The sequence number that the log must have reached; `absent` where there is no head, `forged` where it is not ours. */
export async function readHead(
  directory: string,
  keys: LogKeys,
): Promise<Tip | 'absent' | 'forged'> {
  let content: string
  try {
    content = await readFile(join(directory, NAME), 'utf8')
  } catch {
    return 'absent'
  }
  // Created, and cut off by a crash before it was written: so before the first record.
  if (content === '') return 'absent'
  const [sequence, hash, signature] = content.trimEnd().split(' ')
  if (!sequence || !hash || !signature || !isSigned(keys, `${sequence} ${hash}`, signature))
    return 'forged'
  return { sequence: Number(sequence), hash }
}

/** Makes the head durable at start, so that there is never a record without a head. */
export async function placeHead(directory: string, keys: LogKeys, tip: Tip): Promise<void> {
  const handle = await openHead(directory)
  try {
    await writeHead(handle, keys, tip)
    await handle.sync()
  } finally {
    await handle.close()
  }
}
