import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Logger, type PartHealth, toKildeError } from '@kilde/service'
import type { TokenClient } from '@kilde/trust'
import type { JSONWebKeySet } from 'jose'
import { Agent } from 'undici'
import { createBackoff } from './backoff.js'
import { type CurrentState, createHolding } from './holding.js'
import { FollowerId, registryScopes } from './protocol.js'
import { createRegistryCaller } from './registry-caller.js'
import type { CatalogueState } from './state.js'
import { subscribe } from './subscription.js'

export interface FollowerOptions {
  /** Base URL of the registry. */
  readonly registryUrl: string
  /** The registry's public keys, pinned by configuration: no state is taken on the word of the connection. */
  readonly keys: JSONWebKeySet
  /** A client that may have the scope `kilde:registry/follow`. */
  readonly tokens: TokenClient
  /** Names this process to people who change the registry: letters, digits and `. _ -`, at most 64. */
  readonly name: string
  readonly logger: Logger
  /** Epoch milliseconds. */
  readonly now?: () => number
  /** From 0 to below 1. */
  readonly random?: () => number
  /** Age of the last confirmation (milliseconds) above which a state is stale. Default 15 000 (15 seconds). */
  readonly staleAfterMs?: number
  /** Age above which it may not be used. Default 900 000 (15 minutes). */
  readonly expiresAfterMs?: number
  /** How long `start` waits for a first state (milliseconds). Default 5 000 (5 seconds). */
  readonly startWaitMs?: number
  /** Largest signed state (bytes). Default 33 554 432 (32 MiB). */
  readonly maxStateBytes?: number
}

/** A copy of the registry's state that follows every change. */
export interface Follower {
  /** Resolves with the first state, or after `startWaitMs` without one; then it goes on trying. Never rejects. */
  start(): Promise<void>
  /** @throws CatalogueError `CATALOGUE_UNAVAILABLE` where there never was a state, or the last is too old. */
  current(): CurrentState
  /** Calls back after each change, before it is acknowledged to the registry. Answers how to end that. */
  onChange(callback: (state: CatalogueState) => void): () => void
  /** Ok until the state may no longer be used; the note tells its age when it is stale. */
  health(): PartHealth
  stop(): Promise<void>
}

export function createFollower(options: FollowerOptions): Follower {
  const { registryUrl, tokens, keys, logger, now = Date.now, random = Math.random } = options
  const { staleAfterMs = 15_000, expiresAfterMs = 900_000, startWaitMs = 5_000 } = options
  const holding = createHolding({ now, staleAfterMs, expiresAfterMs })
  const listeners = createListeners(logger)
  const backoff = createBackoff(random)
  const outages = createOutageLog(logger)
  const dispatcher = createDispatcher(staleAfterMs)
  const scope = registryScopes.follow
  const subscription = {
    registry: createRegistryCaller({ registryUrl, tokens, scope, dispatcher, now }),
    keys,
    id: FollowerId.parse({ name: options.name, instance: randomUUID() }),
    holding,
    maxStateBytes: options.maxStateBytes ?? 32 * 1024 * 1024,
    onState: (state: CatalogueState) => listeners.tell(state),
    onContact: () => {
      backoff.reset()
      outages.over()
    },
  }
  const ending = new AbortController()
  let following: Promise<void> | undefined

  async function follow(): Promise<void> {
    while (!ending.signal.aborted) {
      const fault = await subscribe(subscription, ending.signal).catch((error: unknown) => error)
      if (!ending.signal.aborted) outages.note(fault)
      await pause(backoff.next(), ending.signal)
    }
  }

  return {
    async start() {
      if (following !== undefined) return
      const waiting = new AbortController()
      const end = listeners.add(() => waiting.abort())
      following = follow()
      await pause(startWaitMs, AbortSignal.any([waiting.signal, ending.signal]))
      end()
    },
    current: () => holding.current(),
    onChange: (callback) => listeners.add(callback),
    health: () => holding.health(),
    async stop() {
      ending.abort()
      await following
      await dispatcher.destroy()
    },
  }
}

/** Silence for as long as it takes to become stale means that the connection is dead. */
function createDispatcher(silenceMs: number): Agent {
  return new Agent({ connect: { timeout: 5_000 }, headersTimeout: 10_000, bodyTimeout: silenceMs })
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined)
}

function createListeners(logger: Logger) {
  const listeners = new Set<(state: CatalogueState) => void>()
  return {
    add(callback: (state: CatalogueState) => void): () => void {
      // Wrapped, so that a callback given twice is called twice and ended once.
      const listener = (state: CatalogueState): void => callback(state)
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    tell(state: CatalogueState): void {
      for (const listener of listeners) {
        try {
          listener(state)
        } catch (error) {
          logger.error({ fault: String(error) }, 'a listener to the registry failed')
        }
      }
    },
  }
}

/** One line when an outage begins, changes its kind or ends: not one per attempt. */
function createOutageLog(logger: Logger) {
  let kind: string | undefined
  return {
    note(error: unknown): void {
      const fault = toKildeError(error)
      if (fault.code === kind) return
      kind = fault.code
      const detail = fault.detail ?? (error instanceof Error ? error.message : 'unknown')
      logger.warn({ code: fault.code, detail }, 'the registry cannot be followed; trying again')
    },
    over(): void {
      if (kind !== undefined) logger.info({}, 'the registry is followed again')
      kind = undefined
    },
  }
}
