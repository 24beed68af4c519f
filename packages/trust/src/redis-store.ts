import type { BindingStore } from './binding-store.js'
import { TrustError } from './errors.js'
import { sha256 } from './jws.js'
import type { ReplayStore } from './replay-store.js'

/** What the shared store needs of Redis 7 or later; a client of ioredis fits. */
export interface RedisCommands {
  set(key: string, value: string, px: 'PX', ttlMs: number, nx: 'NX'): Promise<string | null>
  set(
    key: string,
    value: string,
    px: 'PX',
    ttlMs: number,
    nx: 'NX',
    get: 'GET',
  ): Promise<string | null>
}

/**
 * A store that all processes with the same `name` share. `SET … NX PX` is one step in Redis: of any number of processes
 * that ask at once exactly one is told that it was first. Where Redis does not answer, nothing is accepted.
 * @param name of the service, so that several can use one Redis, e.g. `kilde:gateway`
 */
export function redisStore(redis: RedisCommands, name: string): ReplayStore & BindingStore {
  return {
    claim: async (key, ttlMs) => {
      const place = `${name}:once:${sha256(key)}`
      return (await answered(redis.set(place, '1', 'PX', wholeMs(ttlMs), 'NX'))) === 'OK'
    },
    bind: async (key, value, ttlMs) => {
      const place = `${name}:bound:${sha256(key)}`
      const digest = sha256(value)
      const before = await answered(redis.set(place, digest, 'PX', wholeMs(ttlMs), 'NX', 'GET'))
      return before === null || before === digest
    },
  }
}

const wholeMs = (ms: number): number => Math.max(1, Math.ceil(ms))

async function answered<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (cause) {
    throw new TrustError('REPLAY_STORE_UNAVAILABLE', { cause })
  }
}
