import { randomUUID } from 'node:crypto'
import { createFollowers } from '@kilde/feed'
import { LocateError, signWord, wordEvent } from '@kilde/locate'
import type { Logger } from '@kilde/service'
import type { PrivateJwk } from '@kilde/trust'

/** A gateway that listens. */
export interface Listener {
  readonly clientId: string
  readonly send: (event: string, data: string) => boolean
  readonly close: () => void
}

export interface Words {
  /** @throws LocateError `HOLDINGS_FULL` */
  requireRoom(): void
  /** Gives the word on what holds now to all who listen. Resolves when it is on its way; never rejects. */
  tell(): Promise<void>
  /** Answers how to leave. */
  listen(listener: Listener): () => void
  /** Gives it again and again: silence means that nothing is known. */
  start(): void
  stop(): void
}

export interface WordParts {
  readonly organization: string
  readonly key: PrivateJwk
  readonly now: () => number
  /** Digests of the filters that hold, by class. */
  readonly vouched: () => ReadonlyMap<string, string>
  readonly everyMs: number
  readonly logger: Logger
}

const MOST_LISTENERS = 256

export function createWords(parts: WordParts): Words {
  const { organization, key, now, vouched, everyMs, logger } = parts
  const full = (): LocateError => new LocateError('HOLDINGS_FULL')
  const listeners = createFollowers({ most: MOST_LISTENERS, now, full, unknown: full })
  let timer: NodeJS.Timeout | undefined
  let isOver = false

  async function give(): Promise<void> {
    for (;;) {
      const filters = vouched()
      const jws = await signWord({ organization, asOfMs: now(), filters }, key)
      // Signing takes a moment, in which somebody may have come in: nobody may be told that all is as it was.
      if (!isSame(filters, vouched())) continue
      listeners.broadcast(wordEvent, jws)
      return
    }
  }
  async function tell(): Promise<void> {
    if (listeners.list().length === 0) return
    try {
      await give()
    } catch {
      // Whoever went by the last word must not go on with it.
      logger.error(
        { organization },
        'the word on the filters of an organisation could not be given',
      )
      listeners.closeAll()
    }
  }
  return {
    tell,
    requireRoom: () => listeners.requireRoom(),
    listen({ clientId, send, close }) {
      const leave = listeners.join({
        ...{ clientId, send, close },
        ...{ name: organization, instance: randomUUID() },
      })
      if (isOver) close()
      else void tell()
      return leave
    },
    start() {
      timer = setInterval(() => void tell(), everyMs).unref()
    },
    stop() {
      isOver = true
      clearInterval(timer)
      listeners.closeAll()
    },
  }
}

const isSame = (one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean =>
  one.size === other.size && [...one].every(([name, digest]) => other.get(name) === digest)
