import { connectRedis, type Logger, type PartHealth } from '@kilde/service'
import { type BindingStore, memoryBindingStore } from './binding-store.js'
import { redisStore } from './redis-store.js'
import { memoryReplayStore, type ReplayStore } from './replay-store.js'
import { memoryTallyStore, type TallyStore } from './tally-store.js'

/**
 * What all replicas of a service must know together: which proofs were used, for which patient an attest was, and how much was
 * asked under a requester's signature.
 */
export interface SharedStore extends ReplayStore, BindingStore, TallyStore {
  /** Nothing where the store cannot be out of reach. */
  health(): readonly PartHealth[]
  close(): Promise<void>
}

export interface SharedStoreOptions {
  /** Redis 7 or later. Default: this process's memory. */
  readonly redisUrl?: string | undefined
  /** Of the service, the same for all its replicas, e.g. `kilde:gateway`. */
  readonly name: string
  readonly logger: Logger
  readonly now: () => number
}

export function openSharedStore({ redisUrl, name, logger, now }: SharedStoreOptions): SharedStore {
  if (redisUrl === undefined) {
    const once = { ...memoryReplayStore({ now }), ...memoryBindingStore({ now }) }
    return { ...once, ...memoryTallyStore({ now }), health: () => [], close: async () => {} }
  }
  const redis = connectRedis(redisUrl, logger)
  return {
    ...redisStore(redis.client, name),
    health: () => [redis.health()],
    close: () => redis.close(),
  }
}
