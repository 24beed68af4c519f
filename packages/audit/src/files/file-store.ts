import type { FileHandle } from 'node:fs/promises'
import type { Logger } from '@kilde/service'
import { indexId } from '../index-keys.js'
import { createQueue } from '../serial.js'
import type { Batch, LogEnd, LogStore } from '../store.js'
import { createAppender } from './append.js'
import type { IndexMaker } from './build-index.js'
import { completeTree } from './complete-tree.js'
import type { Disk } from './disk.js'
import { findLines, lineOf } from './find.js'
import { openHead, placeHead, writeHead } from './head.js'
import { openIndex } from './open-index.js'
import { storedLog } from './read.js'
import { type Position, recover } from './recover.js'
import { rewriteSegments } from './rewrite.js'
import { openTreeFile } from './tree-file.js'
import { addTreeHead } from './tree-heads.js'

export interface FileStoreOptions extends IndexMaker {
  readonly directory: string
  readonly segmentBytes: number
  readonly disk: Disk
  readonly logger: Logger
}

/**
 * A log in files: segments with the records, and beside them what is made of them, the tree's hashes and one index for
 * each segment. Only the segments decide what is durable; what is made of them is made again when it was not written.
 * @throws AuditError `AUDIT_LOG_DAMAGED`
 */
export async function openFileStore(options: FileStoreOptions): Promise<LogStore> {
  const { directory, keys, logger } = options
  const start = await recover(directory, keys, logger)
  await placeHead(directory, keys, start.tip)
  const { tip } = start
  const tree = await openTreeFile(directory)
  const open = async () => ({
    frontier: await completeTree(directory, tree, tip.sequence, options),
    index: await openIndex(directory, tip.sequence, options),
  })
  const opened = await open().catch(async (error: unknown) => {
    await tree.close()
    throw error
  })
  let end: LogEnd = { tip, tree: opened.frontier }
  let { index } = opened
  let isComplete = true
  let head: FileHandle | undefined
  const exclusively = createQueue()
  const appender = createAppender(directory, start, options.segmentBytes, options.disk)

  /** What is made of the segments, where a write of it failed. */
  const complete = async (): Promise<void> => {
    if (isComplete) return
    const { sequence } = end.tip
    await completeTree(directory, tree, sequence, options)
    await index.close()
    index = await openIndex(directory, sequence, options)
    isComplete = true
  }
  const derive = async (batch: Batch, before: Position): Promise<void> => {
    try {
      await complete()
      await tree.write(batch.from.tree.size, batch.hashes)
      await index.add(batch, before)
    } catch {
      isComplete = false
    }
  }
  /** A head that cannot be written only makes the next check weaker, and is tried again. */
  const tellHead = async (): Promise<void> => {
    try {
      head ??= await openHead(directory)
      await writeHead(head, keys, end.tip)
    } catch {
      await head?.close().catch(() => undefined)
      head = undefined
    }
  }
  return {
    ...storedLog(directory, keys),
    end: async () => end,
    append: (batch) =>
      exclusively(async () => {
        const lines = batch.records.map(({ bytes }) => bytes)
        const before = await appender.append(lines, batch.end.tip)
        end = batch.end
        // The records are durable: nothing that comes now may make the batch fail.
        await tellHead()
        await derive(batch, before)
      }),
    addTreeHead: (jws) =>
      exclusively(async () => {
        await complete()
        await tree.sync()
        await addTreeHead(directory, jws)
      }),
    hashes: async (places) => {
      await exclusively(complete)
      return tree.read(places)
    },
    line: (sequence) => lineOf(directory, sequence),
    async *find(query) {
      await exclusively(complete)
      const queries = new Map([[indexId(options.digestKey).toString('hex'), query]])
      yield* findLines(directory, end.tip.sequence, queries, query.newestFirst)
    },
    rewrite: (change) => rewriteSegments(directory, change, options),
    syncs: () => appender.syncs(),
    async close() {
      await Promise.allSettled([appender.close(), index.close(), tree.close(), head?.close()])
    },
  }
}
