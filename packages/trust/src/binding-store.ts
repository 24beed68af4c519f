import { TrustError } from './errors.js'
import { shortDigest } from './replay-store.js'

/** Remembers for what something was first used, e.g. for which patient an attest was. */
export interface BindingStore {
  /**
   * Binds `key` to `value` unless it is bound already. True where it is bound to `value`, now or from before; false where it
   * is bound to something else. One atomic step. Keeps nothing but digests of both.
   * @param ttlMs how long the first binding holds (milliseconds)
   * @throws TrustError `REPLAY_STORE_FULL`, `REPLAY_STORE_UNAVAILABLE`: then nothing may be accepted
   */
  bind(key: string, value: string, ttlMs: number): Promise<boolean>
}

export interface MemoryBindingStoreOptions {
  /** Most bindings held at once. Default 200 000. */
  readonly capacity?: number
  readonly now?: () => number
}

interface Binding {
  readonly value: string
  readonly untilMs: number
}

/** A store for one process: restarting forgets. */
export function memoryBindingStore(options: MemoryBindingStoreOptions = {}): BindingStore {
  const { capacity = 200_000, now = Date.now } = options
  const bound = new Map<string, Binding>()
  return {
    // As with used proofs, no await stands between test and set.
    async bind(name, text, ttlMs) {
      const atMs = now()
      const [key, value] = [shortDigest(name), shortDigest(text)]
      const known = bound.get(key)
      if (known && known.untilMs > atMs) return known.value === value
      if (bound.size >= capacity) forgetEnded(bound, atMs)
      if (bound.size >= capacity) throw new TrustError('REPLAY_STORE_FULL')
      bound.set(key, { value, untilMs: atMs + ttlMs })
      return true
    },
  }
}

function forgetEnded(bound: Map<string, Binding>, atMs: number): void {
  for (const [key, { untilMs }] of bound) if (untilMs <= atMs) bound.delete(key)
}
