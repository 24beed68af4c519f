import { type FileHandle, open, stat } from 'node:fs/promises'
import { openHead, writeHead } from './head.js'
import type { AuditRecord } from './record.js'
import type { Position } from './recover.js'
import { type LogKeys, sealLine, type Tip } from './seal.js'
import { createSegment } from './segments.js'

/** Writes batches to the end of the log. One batch at a time. */
export interface Writer {
  /** Resolves when all of the batch is on the disk. After a failure the next call starts again from the last durable byte. */
  write(records: readonly AuditRecord[]): Promise<void>
  syncs(): number
  close(): Promise<void>
}

interface State {
  position: Position
  file: FileHandle | undefined
  head: FileHandle | undefined
  syncs: number
}

export function createWriter(
  directory: string,
  keys: LogKeys,
  start: Position,
  segmentBytes: number,
): Writer {
  const state: State = { position: start, file: undefined, head: undefined, syncs: 0 }
  return {
    syncs: () => state.syncs,
    close: () => closeFiles(state),
    async write(records) {
      try {
        if (state.position.size >= segmentBytes) await rotate(state, directory)
        const file = await usable(state)
        await writeBatch(state, file, keys, records)
      } catch (error) {
        await closeFiles(state)
        throw error
      }
      await tellHead(state, directory, keys)
    },
  }
}

async function writeBatch(
  state: State,
  file: FileHandle,
  keys: LogKeys,
  records: readonly AuditRecord[],
): Promise<void> {
  const { segment, size } = state.position
  const { bytes, tip } = sealAll(keys, state.position.tip, records)
  for (let done = 0; done < bytes.length; ) {
    done += (await file.write(bytes, done, bytes.length - done, size + done)).bytesWritten
  }
  await file.datasync()
  state.syncs += 1
  state.position = { segment, size: size + bytes.length, tip }
}

function sealAll(
  keys: LogKeys,
  from: Tip,
  records: readonly AuditRecord[],
): { bytes: Buffer; tip: Tip } {
  const parts: Buffer[] = []
  let tip = from
  for (const record of records) {
    const sealed = sealLine(keys, tip, JSON.stringify(record))
    parts.push(sealed.line, LINE_FEED)
    tip = sealed.tip
  }
  return { bytes: Buffer.concat(parts), tip }
}

const LINE_FEED = Buffer.from('\n')

/**
 * The open segment, after a look at its path: a file that was deleted or replaced still takes writes, and they would be lost.
 * A file reopened after a failure is cut to its durable length, so that a half-written batch never stands in the chain.
 */
async function usable(state: State): Promise<FileHandle> {
  const { segment, size } = state.position
  if (!state.file) {
    state.file = await open(segment.path, 'r+')
    if ((await state.file.stat()).size > size) await state.file.truncate(size)
  }
  const [named, held] = await Promise.all([stat(segment.path), state.file.stat()])
  if (named.ino !== held.ino || held.size !== size)
    throw new Error('the log file was moved or changed by another program')
  return state.file
}

async function rotate(state: State, directory: string): Promise<void> {
  const { tip } = state.position
  const segment = await createSegment(directory, tip.sequence + 1)
  await state.file?.close()
  state.file = undefined
  state.position = { segment, size: 0, tip }
}

/** The records are durable already: a head that cannot be written only makes the next check weaker, and is tried again. */
async function tellHead(state: State, directory: string, keys: LogKeys): Promise<void> {
  try {
    state.head ??= await openHead(directory)
    await writeHead(state.head, keys, state.position.tip)
  } catch {
    await state.head?.close().catch(() => undefined)
    state.head = undefined
  }
}

async function closeFiles(state: State): Promise<void> {
  const { file, head } = state
  state.file = undefined
  state.head = undefined
  await Promise.allSettled([file?.close(), head?.close()])
}
