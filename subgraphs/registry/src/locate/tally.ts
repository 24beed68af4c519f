import { appendFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from '@kilde/service'
import type { Caller } from '@kilde/trust'

/** Who had how much evaluated: counts only. What it was, the evaluator cannot know. */
export interface Tally {
  note(caller: Pick<Caller, 'clientId' | 'subject' | 'kind'>, elements: number): void
  /** Writes what has gathered. */
  close(): Promise<void>
}

const EVERY_MS = 60_000
const MOST_BYTES = 8_388_608

interface Line {
  readonly client: string
  readonly subject?: string
  requests: number
  elements: number
}

/** One line a minute for each client and requester, in `evaluations.jsonl` and its predecessor `evaluations.1.jsonl`. */
export function createTally(directory: string, logger: Logger, now: () => number): Tally {
  const file = join(directory, 'evaluations.jsonl')
  let lines = new Map<string, Line>()
  let writing = Promise.resolve()
  const write = (): Promise<void> => {
    const gathered = [...lines.values()]
    lines = new Map()
    if (gathered.length === 0) return writing
    const at = new Date(now()).toISOString()
    const text = gathered.map((line) => `${JSON.stringify({ at, ...line })}\n`).join('')
    writing = writing
      .then(() => appendBounded(file, text))
      .catch(() => logger.warn({}, 'the tally of evaluations cannot be written'))
    return writing
  }
  const timer = setInterval(() => void write(), EVERY_MS).unref()
  return {
    note({ clientId, subject, kind }, elements) {
      const key = JSON.stringify([clientId, subject])
      const line = lines.get(key) ?? {
        client: clientId,
        // The issuer's pseudonym: by it who went through a list of numbers can be asked about it.
        ...(kind !== 'system' && { subject }),
        requests: 0,
        elements: 0,
      }
      line.requests += 1
      line.elements += elements
      lines.set(key, line)
    },
    async close() {
      clearInterval(timer)
      await write()
    },
  }
}

async function appendBounded(file: string, text: string): Promise<void> {
  const { size } = await stat(file).catch(() => ({ size: 0 }))
  if (size > MOST_BYTES / 2) await rename(file, file.replace(/\.jsonl$/, '.1.jsonl'))
  await appendFile(file, text, { mode: 0o600 })
}
