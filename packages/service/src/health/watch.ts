import type { HealthCode } from './codes.js'
import type { PartHealth } from './part.js'

export interface WatchOptions {
  readonly name: string
  /** What it is where `check` fails. */
  readonly code: HealthCode
  /** A service without this part goes on. */
  readonly warning?: boolean
  /** Whether it is well; rejects where it is not. */
  readonly check: (signal: AbortSignal) => Promise<Finding>
  /** Milliseconds. Default 2 000 (2 seconds). */
  readonly everyMs?: number
  /** Longest wait for `check` (milliseconds). Default 2 000 (2 seconds). */
  readonly timeoutMs?: number
}

/** Nothing: all is well. */
export type Finding = Pick<PartHealth, 'code' | 'note' | 'warning'> | undefined

/** A part that is asked how it is, again and again, whether or not anybody needs it now. */
export interface Watch {
  health(): PartHealth
  start(): void
  stop(): void
}

/** Until it was asked once, a part is taken to be well. */
export function watchPart(options: WatchOptions): Watch {
  const { name, code, warning = false, everyMs = 2_000, timeoutMs = 2_000 } = options
  let found: Finding
  let timer: NodeJS.Timeout | undefined
  let stopped = true
  const look = async (): Promise<void> => {
    const next = await within(timeoutMs, options.check).catch(() => ({ code, warning }))
    if (stopped) return
    found = next
    timer = setTimeout(() => void look(), everyMs)
    timer.unref()
  }
  return {
    health: () => ({ name, ok: found === undefined, code, warning, ...found }),
    start() {
      if (!stopped) return
      stopped = false
      void look()
    },
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}

/** A check that does not end has failed, whether or not it heeds its signal. */
async function within(
  timeoutMs: number,
  check: (signal: AbortSignal) => Promise<Finding>,
): Promise<Finding> {
  const ending = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), timeoutMs)
    timer.unref()
  })
  try {
    return await Promise.race([check(ending.signal), late])
  } finally {
    clearTimeout(timer)
    ending.abort()
  }
}
