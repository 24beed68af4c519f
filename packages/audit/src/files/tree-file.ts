import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { HASH_BYTES } from '../merkle/hash.js'
import { countFor } from '../merkle/layout.js'
import type { ReadHashes } from '../merkle/proofs.js'

/** The tree's hashes. Made of the segments and made again from them: it holds nothing that they do not. */
export interface TreeFile {
  readonly read: ReadHashes
  /** Behind the hashes of a tree of `size` leaves. */
  write(size: number, hashes: readonly Buffer[]): Promise<void>
  /** Forgets what is beyond a tree of `size` leaves. */
  cut(size: number): Promise<void>
  sync(): Promise<void>
  close(): Promise<void>
}

export async function openTreeFile(directory: string): Promise<TreeFile> {
  const file = await openFile(join(directory, 'tree'))
  return {
    read: (places) => Promise.all(places.map((place) => readHash(file, place))),
    async write(size, hashes) {
      const bytes = Buffer.concat(hashes)
      const { bytesWritten } = await file.write(bytes, 0, bytes.length, countFor(size) * HASH_BYTES)
      if (bytesWritten < bytes.length) throw new Error('the tree file took only a part')
    },
    cut: (size) => file.truncate(countFor(size) * HASH_BYTES),
    sync: () => file.datasync(),
    close: () => file.close(),
  }
}

/** What is not there reads as zeros, and so leads to no root that was signed. */
export async function readHash(file: FileHandle, place: number): Promise<Buffer> {
  const hash = Buffer.alloc(HASH_BYTES)
  await file.read(hash, 0, HASH_BYTES, place * HASH_BYTES)
  return hash
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+')
  } catch {
    return await open(path, 'wx+', 0o600)
  }
}
