import type { FileHandle } from 'node:fs/promises'

/** What records are written with; tests put faults in through this. */
export interface Disk {
  /** Writes all of the bytes. */
  write(file: FileHandle, bytes: Buffer, at: number): Promise<void>
  /** Resolves when what was written is on the disk. */
  sync(file: FileHandle): Promise<void>
}

export const disk: Disk = {
  async write(file, bytes, at) {
    for (let done = 0; done < bytes.length; ) {
      done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten
    }
  },
  sync: (file) => file.datasync(),
}
