import { open, rename, rm } from 'node:fs/promises'
import { buildIndex, type IndexMaker } from './build-index.js'
import { indexPath } from './index-file.js'
import { listSegments, readLines, type Segment, syncDirectory } from './segments.js'

export interface RewriteOptions {
  /** Nobody writes the log: its newest segment may be made anew too. */
  readonly atRest?: boolean
  /** Ends it before the next segment. */
  readonly signal?: AbortSignal
}

/**
 * Puts other lines in the place of some, segment by segment, each as a whole: a crash leaves the old segment or the new.
 * The segment that is being written is left as it is.
 * @returns number of lines changed
 */
export async function rewriteSegments(
  directory: string,
  change: (bytes: Buffer) => Buffer | undefined,
  maker: IndexMaker,
  { atRest = false, signal }: RewriteOptions = {},
): Promise<number> {
  let changed = 0
  const segments = await listSegments(directory)
  for (const segment of atRest ? segments : segments.slice(0, -1)) {
    if (signal?.aborted) break
    const made = await remake(segment, change)
    if (!made) continue
    // First, so that no crash leaves digests of whoever was deleted: a segment without an index is read through.
    await rm(indexPath(segment.path), { force: true })
    await replace(directory, segment, made.lines)
    await buildIndex(segment, maker)
    changed += made.changed
  }
  return changed
}

async function remake(segment: Segment, change: (bytes: Buffer) => Buffer | undefined) {
  const lines: Buffer[] = []
  let changed = 0
  for await (const { bytes } of readLines(segment.path)) {
    const other = change(bytes)
    if (other) changed += 1
    // A view into what was read would keep the whole of it.
    lines.push(other ?? Buffer.from(bytes))
  }
  return changed > 0 ? { lines, changed } : undefined
}

async function replace(
  directory: string,
  segment: Segment,
  lines: readonly Buffer[],
): Promise<void> {
  const path = `${segment.path}.new`
  const file = await open(path, 'w', 0o600)
  try {
    await file.writeFile(Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')])))
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(path, segment.path)
  await syncDirectory(directory)
}
