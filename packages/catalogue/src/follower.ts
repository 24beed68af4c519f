import { randomUUID } from 'node:crypto'
import { createFollowing, type FollowOptions, streamDispatcher, timingOf } from '@kilde/feed'
import type { Logger, PartHealth } from '@kilde/service'
import type { TokenClient } from '@kilde/trust'
import { type CurrentState, createHolding } from './holding.js'
import { FollowerId, registryScopes } from './protocol.js'
import { createRegistryCaller } from './registry-caller.js'
import type { CatalogueState } from './state.js'
import { subscribe } from './subscription.js'

export interface FollowerOptions extends FollowOptions {
  /** Base URL of the registry. */
  readonly registryUrl: string
  /** A client that may have the scope `kilde:registry/follow`. */
  readonly tokens: TokenClient
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
  const { registryUrl, tokens, keys, logger } = options
  const { now, random, staleAfterMs, expiresAfterMs, startWaitMs } = timingOf(options)
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
