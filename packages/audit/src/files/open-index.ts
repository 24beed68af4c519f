import { type FileHandle, open } from 'node:fs/promises'
import { indexId } from '../index-keys.js'
import type { Batch } from '../store.js'
import { buildIndex, completeIndexes, type IndexMaker } from './build-index.js'
import { addEntries, indexPath, replaceIndex } from './index-file.js'
import type { Position } from './recover.js'
import { listSegments } from './segments.js'

/** Index of the segment that is being written. */
export interface OpenIndex {
  /** @param before where the batch was written */
  add(batch: Batch, before: Position): Promise<void>
  close(): Promise<void>
}

/** Makes what is missing, and the index of the last segment in any case: it may have been lost with the power. */
export async function openIndex(
  directory: string,
  last: number,
  maker: IndexMaker,
): Promise<OpenIndex> {
  const segments = await listSegments(directory)
  const newest = segments.at(-1)
  if (newest) await buildIndex(newest, maker)
  await completeIndexes(segments, last, maker)
  let file: FileHandle | undefined
  let path: string | undefined
  return {
    async add(batch, { segment, size }) {
      if (path !== segment.path) {
        await file?.datasync()
        await file?.close()
        file = undefined
        // A segment that was only just begun has none yet.
        if (size === 0) await replaceIndex(indexPath(segment.path), indexId(maker.digestKey), [])
        file = await open(indexPath(segment.path), 'r+')
        path = segment.path
      }
      if (!file) throw new Error('the index is closed')
      const at = batch.from.tip.sequence + 1 - segment.first
      let offset = size
      const entries = batch.records.map(({ bytes, index }) => {
        const entry = { offset, ...index }
        offset += bytes.length + 1
        return entry
      })
      await addEntries(file, at, entries)
    },
    async close() {
      await file?.close()
      file = undefined
    },
  }
}
