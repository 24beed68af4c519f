import { type FileHandle, open, stat } from 'node:fs/promises'
import type { Disk } from './disk.js'
import type { Position } from './recover.js'
import { createSegment } from './segments.js'

/** The end of the log's files: the only place where records are written. */
export interface Appender {
  position(): Position
  /** Resolves when the lines are on the disk. After a failure the next call starts again from the last durable byte. */
  append(lines: readonly Buffer[], tip: Position['tip']): Promise<Position>
  syncs(): number
  close(): Promise<void>
}

interface State {
  position: Position
  file: FileHandle | undefined
  syncs: number
}

export function createAppender(
  directory: string,
  start: Position,
  segmentBytes: number,
  disk: Disk,
): Appender {
  const state: State = { position: start, file: undefined, syncs: 0 }
  return {
    position: () => state.position,
    syncs: () => state.syncs,
    close: () => closeFile(state),
    async append(lines, tip) {
      try {
        if (state.position.size >= segmentBytes) await rotate(state, directory)
        const { segment, size } = state.position
        const file = await usable(state, disk)
        const bytes = Buffer.concat(lines.flatMap((line) => [line, LINE_FEED]))
        await disk.write(file, bytes, size)
        await disk.sync(file)
        state.syncs += 1
        const before = state.position
        state.position = { segment, size: size + bytes.length, tip }
        return before
      } catch (error) {
        await closeFile(state)
        throw error
      }
    },
  }
}

const LINE_FEED = Buffer.from('\n')

/**
 * The open segment, after a look at its path: a file that was deleted or replaced still takes writes, and they would be lost.
 * A file reopened after a failure is cut to its durable length, so that a half-written batch never stands in the chain.
 */
async function usable(state: State, disk: Disk): Promise<FileHandle> {
  const { segment, size } = state.position
  if (!state.file) {
    const file = await open(segment.path, 'r+')
    state.file = file
    if ((await file.stat()).size > size) {
      await file.truncate(size)
      await disk.sync(file)
    }
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

async function closeFile(state: State): Promise<void> {
  const { file } = state
  state.file = undefined
  await file?.close().catch(() => undefined)
}
