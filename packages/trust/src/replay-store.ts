import { TrustError } from './errors.js'
import { sha256 } from './jws.js'

/** Remembers what may be used only once: the `jti` of a DPoP proof, or of another signed request. */
export interface ReplayStore {
  /**
   * Marks `key` as used. True exactly once for each key within at least `ttlMs`, also when asked many times at once and, where the
   * store is shared, by several processes: it tests and sets in one atomic step. Keeps nothing but a digest of the key.
   * @param ttlMs how long what the key stands for could still be accepted (milliseconds)
   * @throws TrustError `REPLAY_STORE_FULL`, `REPLAY_STORE_UNAVAILABLE`: then nothing may be accepted
   */
  claim(key: string, ttlMs: number): Promise<boolean>
}

export interface MemoryReplayStoreOptions {
  /** Most keys held at once. Default 1 000 000 (less than 100 MiB when full). */
  readonly capacity?: number
  readonly now?: () => number
}

/** Keys that end within one second are forgotten together, when it is over. */
const SLICE_MS = 1_000

/**
 * A store for one process. Restarting forgets: the service has to ask those who made their proof before that for a nonce, which
 * does not outlive the process either (`serviceNonces`).
 */
export function memoryReplayStore(options: MemoryReplayStoreOptions = {}): ReplayStore {
  const { capacity = 1_000_000, now = Date.now } = options
  // One map of all, read from its oldest end, goes over the places of all that it has forgotten each time (T5).
  const slices = new Map<number, Set<string>>()
  return {
    // Everything up to the return runs in one go: no await stands between test and set.
    async claim(name, ttlMs) {
      const atMs = now()
      const key = shortDigest(name)
      let size = 0
      for (const [endMs, used] of slices) {
        if (endMs <= atMs) slices.delete(endMs)
        else if (used.has(key)) return false
        else size += used.size
      }
      if (size >= capacity) throw new TrustError('REPLAY_STORE_FULL')
      sliceOf(slices, atMs + ttlMs).add(key)
      return true
    },
  }
}

function sliceOf(slices: Map<number, Set<string>>, untilMs: number): Set<string> {
  const endMs = Math.ceil(untilMs / SLICE_MS) * SLICE_MS
  const slice = slices.get(endMs) ?? new Set()
  slices.set(endMs, slice)
  return slice
}

/** 16 bytes, whatever a caller sends. */
export const shortDigest = (text: string): string =>
  Buffer.from(sha256(text), 'base64url').toString('latin1', 0, 16)
