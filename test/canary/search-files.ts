import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Needle } from './needles.js'
import { type Find, searchBytes } from './search-memory.js'

/** The files that a process has had open for writing, gathered while it runs: also those that are gone by name. */
export interface FileWatch {
  /** Those so far. */
  paths(): readonly string[]
  stop(): void
}

export function watchFiles(pid: number): FileWatch {
  const seen = new Set<string>()
  const look = (): void => {
    for (const path of writtenBy(pid)) seen.add(path)
  }
  const timer = setInterval(look, 100)
  return {
    paths: () => {
      look()
      return [...seen]
    },
    stop: () => clearInterval(timer),
  }
}

/** Paths through `/proc`, where a file has no name any more. */
function writtenBy(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      const through = `/proc/${pid}/fd/${fd}`
      const flags = /^flags:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.[1]
      const isWritten = (Number.parseInt(flags ?? '0', 8) & 3) !== 0 && statSync(through).isFile()
      const path = readlinkSync(through)
      return isWritten ? [path.endsWith(' (deleted)') ? through : path] : []
    } catch {
      // Closed since it was listed.
      return []
    }
  })
}

export function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** Searches files, by content and by name. */
export function searchFiles(paths: readonly string[], needles: readonly Needle[]): readonly Find[] {
  return [...new Set(paths)].flatMap((path) => {
    const content = Buffer.concat([Buffer.from(`${path}\n`), read(path)])
    return searchBytes(content, needles).map((find) => ({ ...find, where: path }))
  })
}

/** A file that is gone by name and by handle is none of the disk's any more. */
function read(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch {
    return Buffer.alloc(0)
  }
}
