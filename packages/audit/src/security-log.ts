import { appendFile, mkdir, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Logger, redactNumbers } from '@kilde/service'

/** A request that was refused without a valid token. Nothing of the token, and nobody's number, may stand here. */
export interface SecurityEvent {
  /** Error code, e.g. `TOKEN_EXPIRED`. */
  readonly code: string
  readonly requestId?: string
  /** Network address of the sender. */
  readonly remote?: string
}

/** Bounded and counted; it can neither stop nor slow the service down: what does not fit is counted and dropped. */
export interface SecurityLog {
  note(event: SecurityEvent): void
  /** Events per code since start; `DROPPED` counts those that were not written. */
  counts(): Record<string, number>
  close(): Promise<void>
}

export interface SecurityLogOptions {
  /** Folder of `security.jsonl` and its predecessor `security.1.jsonl`. Without one, events are only counted. */
  readonly directory?: string
  readonly logger: Logger
  readonly now?: () => number
  /** Most bytes on disk, both files together. Default 8 388 608 (8 MiB). */
  readonly maxBytes?: number
}

const MAX_WAITING = 1_000
/** Codes are a closed set; this many different ones would already be a fault. */
const MAX_CODES = 200

export function createSecurityLog(options: SecurityLogOptions): SecurityLog {
  const { directory, logger, now = Date.now, maxBytes = 8_388_608 } = options
  const counts = new Map<string, number>()
  const waiting: string[] = []
  let writing: Promise<void> | undefined
  let warned = false

  const count = (code: string, by = 1): void => {
    const known = counts.has(code) || counts.size < MAX_CODES ? code : 'OTHER'
    counts.set(known, (counts.get(known) ?? 0) + by)
  }
  const drop = (lines: number): void => {
    count('DROPPED', lines)
    if (!warned) logger.warn({}, 'security log cannot be written; events are counted only')
    warned = true
  }
  const work = async (folder: string): Promise<void> => {
    while (waiting.length > 0) {
      const lines = waiting.splice(0)
      await write(folder, lines.join(''), maxBytes / 2).catch(() => drop(lines.length))
    }
  }

  const run = (folder: string): void => {
    writing = work(folder).finally(() => {
      writing = undefined
      // Something may have arrived between the last look and the end.
      if (waiting.length > 0) run(folder)
    })
  }

  return {
    note(event) {
      const code = wordOf(event.code)
      count(code)
      if (!directory) return
      if (waiting.length >= MAX_WAITING) return drop(1)
      waiting.push(lineOf(event, code, now()))
      if (!writing) run(directory)
    },
    counts: () => Object.fromEntries(counts),
    async close() {
      while (writing) await writing
    },
  }
}

function lineOf(event: SecurityEvent, code: string, nowMs: number): string {
  const { requestId, remote } = event
  const line = {
    at: new Date(nowMs).toISOString(),
    code,
    requestId: short(requestId),
    remote: short(remote),
  }
  return `${redactNumbers(JSON.stringify(line))}\n`
}

const short = (text: unknown): string | undefined =>
  typeof text === 'string' ? text.slice(0, 100) : undefined

const wordOf = (code: unknown): string =>
  typeof code === 'string' && /^[A-Z][A-Z0-9_]{0,60}$/.test(code) ? code : 'OTHER'

async function write(folder: string, text: string, halfBytes: number): Promise<void> {
  const path = join(folder, 'security.jsonl')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  )
  if (size > 0 && size + text.length > halfBytes)
    await rename(path, join(folder, 'security.1.jsonl'))
  await appendFile(path, text.slice(0, halfBytes), { mode: 0o600 })
}
