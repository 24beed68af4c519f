import { setTimeout as sleep } from 'node:timers/promises'
import { type Logger, toKildeError } from '@kilde/service'
import { Agent } from 'undici'
import { createBackoff } from './backoff.js'

export interface FollowingOptions {
  /** What is followed, for log lines, e.g. `the registry`. */
  readonly what: string
  /** Follows over one connection; ends only by throwing. `contact` says that the other side is there and means what is held. */
  readonly attempt: (contact: () => void, ending: AbortSignal) => Promise<never>
  readonly logger: Logger
  /** From 0 to below 1. */
  readonly random: () => number
  /** How long `start` waits (milliseconds). */
  readonly startWaitMs: number
}

/** Follows something for ever, over one connection after the other. */
export interface Following {
  /** Resolves with `ready`, or after `startWaitMs` without it; then it goes on trying. Never rejects. */
  start(): Promise<void>
  /** There is something to go by. */
  ready(): void
  stop(): Promise<void>
}

export function createFollowing(options: FollowingOptions): Following {
  const { attempt, random, startWaitMs } = options
  const backoff = createBackoff(random)
  const outages = createOutageLog(options)
  const ending = new AbortController()
  const waiting = new AbortController()
  let following: Promise<void> | undefined
  const contact = (): void => {
    backoff.reset()
    outages.over()
  }

  async function follow(): Promise<void> {
    while (!ending.signal.aborted) {
      const fault = await attempt(contact, ending.signal).catch((error: unknown) => error)
      if (!ending.signal.aborted) outages.note(fault)
      await pause(backoff.next(), ending.signal)
    }
  }

  return {
    async start() {
      if (following !== undefined) return
      following = follow()
      await pause(startWaitMs, AbortSignal.any([waiting.signal, ending.signal]))
    },
    ready: () => waiting.abort(),
    async stop() {
      ending.abort()
      await following
    },
  }
}

/** Connections for streams: silence for `silenceMs` means that the connection is dead. */
export function streamDispatcher(silenceMs: number): Agent {
  return new Agent({ connect: { timeout: 5_000 }, headersTimeout: 10_000, bodyTimeout: silenceMs })
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined)
}

/** One line when an outage begins, changes its kind or ends: not one per attempt. */
function createOutageLog({ logger, what }: Pick<FollowingOptions, 'logger' | 'what'>) {
  let kind: string | undefined
  return {
    note(error: unknown): void {
      const fault = toKildeError(error)
      if (fault.code === kind) return
      kind = fault.code
      const detail = fault.detail ?? (error instanceof Error ? error.message : 'unknown')
      logger.warn({ code: fault.code, detail }, `${what} cannot be followed; trying again`)
    },
    over(): void {
      if (kind !== undefined) logger.info({}, `${what} is followed again`)
      kind = undefined
    },
  }
}
