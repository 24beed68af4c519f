import type { BindingStore } from './binding-store.js'
import { TrustError } from './errors.js'
import { sha256 } from './jws.js'
import type { ReplayStore } from './replay-store.js'
import type { TallyStore } from './tally-store.js'

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
  eval(script: string, keys: number, ...args: (string | number)[]): Promise<unknown>
}

/**
 * KEYS[1]: what is counted. ARGV: how long it lives (ms), then part, wanted and most of each share. Redis runs a script as one
 * step. The later of two ends holds: the clocks of the processes that share the store differ.
 */
const TAKE = `
for i = 2, #ARGV, 3 do
  local taken = tonumber(redis.call('HGET', KEYS[1], ARGV[i]) or '0')
  if taken + tonumber(ARGV[i + 1]) > tonumber(ARGV[i + 2]) then return 0 end
end
for i = 2, #ARGV, 3 do redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1]) end
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return 1`

/**
 * A store that all processes with the same `name` share. `SET … NX PX` is one step in Redis, and so is a script: of any number
 * of processes that ask at once exactly one is told that it was first, and none takes what another has taken. Where Redis does
 * not answer, nothing is accepted.
 * @param name of the service, so that several can use one Redis, e.g. `kilde:gateway`
 */
export function redisStore(
  redis: RedisCommands,
  name: string,
): ReplayStore & BindingStore & TallyStore {
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
    take: async (key, shares, ttlMs) => {
      const place = `${name}:taken:${sha256(key)}`
      const args = shares.flatMap(({ part, wanted, most }) => [sha256(part), wanted, most])
      return (await answered(redis.eval(TAKE, 1, place, wholeMs(ttlMs), ...args))) === 1
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
