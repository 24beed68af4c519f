import { TrustError } from './errors.js'
import { sha256 } from './jws.js'

/** Remembers what may be used only once: the `jti` of a DPoP proof, or of another signed request. */
export interface ReplayStore {
  /**
   * Marks `key` as used. True exactly once for each key within `ttlMs`, also when asked many times at once and, where the
   * store is shared, by several processes: it tests and sets in one atomic step. Keeps nothing but a digest of the key.
   * @param ttlMs how long what the key stands for could still be accepted (milliseconds)
   * @throws TrustError `REPLAY_STORE_FULL`, `REPLAY_STORE_UNAVAILABLE`: then nothing may be accepted
   */
  claim(key: string, ttlMs: number): Promise<boolean>
}

export interface MemoryReplayStoreOptions {
  /** Most keys held at once. Default 1 000 000 (about 100 MB when full). */
  readonly capacity?: number
  readonly now?: () => number
}

/**
 * A store for one process. Restarting forgets: a proof may then be used again until it is too old, unless the service asks
 * for nonces, which do not outlive the process either.
 */
export function memoryReplayStore(options: MemoryReplayStoreOptions = {}): ReplayStore {
  const { capacity = 1_000_000, now = Date.now } = options
  const used = new Map<string, number>()
  return {
    // Everything up to the return runs in one go: no await stands between test and set.
    async claim(name, ttlMs) {
      const atMs = now()
      forgetOldest(used, atMs)
      const key = shortDigest(name)
      const before = used.get(key)
      if (before !== undefined && before > atMs) return false
      if (used.size >= capacity) throw new TrustError('REPLAY_STORE_FULL')
      used.delete(key)
      used.set(key, atMs + ttlMs)
      return true
    },
  }
}

/** Entries come nearly in the order in which they end, so that looking at the front keeps the map small at no cost. */
function forgetOldest(used: Map<string, number>, atMs: number): void {
  for (const [key, untilMs] of used) {
    if (untilMs > atMs) return
    used.delete(key)
  }
}

/** 16 bytes, whatever a caller sends. */
export const shortDigest = (text: string): string =>
  Buffer.from(sha256(text), 'base64url').toString('latin1', 0, 16)
