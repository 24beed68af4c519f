import { randomUUID } from 'node:crypto'
import { createFollowing, streamDispatcher } from '@kilde/feed'
import type { Logger, PartHealth } from '@kilde/service'
import type { TokenClient } from '@kilde/trust'
import type { JSONWebKeySet } from 'jose'
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
  const dispatcher = streamDispatcher(staleAfterMs)
  const scope = registryScopes.follow
  const subscription = {
    registry: createRegistryCaller({ registryUrl, tokens, scope, dispatcher, now }),
    keys,
    id: FollowerId.parse({ name: options.name, instance: randomUUID() }),
    holding,
    maxStateBytes: options.maxStateBytes ?? 32 * 1024 * 1024,
    onState: (state: CatalogueState) => {
      listeners.tell(state)
      following.ready()
    },
  }
  const following = createFollowing({
    what: 'the registry',
    attempt: (onContact, ending) => subscribe({ ...subscription, onContact }, ending),
    logger,
    random,
    startWaitMs,
  })
  return {
    start: () => following.start(),
    current: () => holding.current(),
    onChange: (callback) => listeners.add(callback),
    health: () => holding.health(),
    async stop() {
      await following.stop()
      await dispatcher.destroy()
    },
  }
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
