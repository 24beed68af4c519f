import { connectRedis, type Logger, type PartHealth } from '@kilde/service'
import { type BindingStore, memoryBindingStore } from './binding-store.js'
import { redisStore } from './redis-store.js'
import { memoryReplayStore, type ReplayStore } from './replay-store.js'

/** What all replicas of a service must know together: which proofs were used, and for which patient an attest was. */
export interface SharedStore extends ReplayStore, BindingStore {
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
    const stores = { ...memoryReplayStore({ now }), ...memoryBindingStore({ now }) }
    return { ...stores, health: () => [], close: async () => {} }
  }
  const redis = connectRedis(redisUrl, logger)
  return {
    ...redisStore(redis.client, name),
    health: () => [redis.health()],
    close: () => redis.close(),
  }
}
