import { createHash } from 'node:crypto'
import { TrustError } from './errors.js'

/** Remembers which DPoP proofs were used. */
export interface ReplayStore {
  /**
   * Marks a proof as used. True exactly once for each `jti` and `jkt`, also when asked many times at once and, where the
   * store is shared, by several processes: it must test and set in one atomic step.
   * `untilMs`: until when the proof could be accepted (epoch milliseconds); the store may forget it then.
   */
  use(jti: string, jkt: string, untilMs: number): Promise<boolean>
}

export interface MemoryReplayStoreOptions {
  /** Most proofs held at once. Default 1 000 000 (about 100 MB when full). */
  readonly capacity?: number
  readonly now?: () => number
}

/** A store for one process. Restarting forgets, so a proof may then be replayed until it is 1 s plus the clock skew old. */
export function memoryReplayStore(options: MemoryReplayStoreOptions = {}): ReplayStore {
  const { capacity = 1_000_000, now = Date.now } = options
  const used = new Map<string, number>()
  return {
    // Everything up to the return runs in one go: no await stands between test and set.
    async use(jti, jkt, untilMs) {
      const atMs = now()
      forgetOldest(used, atMs)
      const key = keyOf(jti, jkt)
      const before = used.get(key)
      if (before !== undefined && before > atMs) return false
      if (used.size >= capacity) throw new TrustError('REPLAY_STORE_FULL')
      used.delete(key)
      used.set(key, untilMs)
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

/** 16 bytes whatever a caller sends as `jti`. */
function keyOf(jti: string, jkt: string): string {
  return createHash('sha256').update(`${jkt}.${jti}`).digest().toString('latin1', 0, 16)
}
