import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'

interface ChangeRecord {
  /** RFC 3339. */
  readonly at: string
  /** Client that asked, or `registry` for what the registry notes by itself. */
  readonly client: string
  /** What was done, e.g. `organization.drain`; `start` and `not saved` tell which announced changes took no effect. */
  readonly action: string
  /** Number or id that it was done to. */
  readonly target?: string
  /** Version of the state that the change makes. */
  readonly version: number
  /** What was given: the entry as it is now. */
  readonly entry?: unknown
  /** What ended with it. */
  readonly ended?: unknown
}

/** Who changed what and when, as JSON lines that are only ever appended to. Holds no persons. */
export interface ChangeLog {
  /** Resolves when the line is durable. */
  append(record: ChangeRecord): Promise<void>
  close(): Promise<void>
}

export async function openChangeLog(directory: string): Promise<ChangeLog> {
  const handle = await open(join(directory, 'changes.jsonl'), 'a+', 0o600)
  await endTornLine(handle)
  return {
    async append(record) {
      await handle.appendFile(`${JSON.stringify(record)}\n`)
      await handle.datasync()
    },
    close: () => handle.close(),
  }
}

/** A crash may have cut the last line; the next one must not be joined to it. */
async function endTornLine(handle: FileHandle): Promise<void> {
  const { size } = await handle.stat()
  if (size === 0) return
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1)
  if (buffer[0] !== 0x0a) await handle.appendFile('\n')
}
