import { TrustError } from './errors.js'
import { shortDigest } from './replay-store.js'

/** So much of one part is wanted, of at most so much in all: whole numbers, 0 or more. Each part is named once. */
export interface Share {
  readonly part: string
  readonly wanted: number
  readonly most: number
}

/** Counts what was taken of something that may be taken only so often, e.g. the rows that a requester has signed. */
export interface TallyStore {
  /**
   * Takes all shares of `key`, or none where one of them would exceed its `most` over all takings so far. True where they were
   * taken. One atomic step, also among processes that share the store. Keeps nothing but digests of key and parts, and counts.
   * @param ttlMs how long `key` could still be accepted (milliseconds); counted at least so long from the latest taking
   * @throws TrustError `REPLAY_STORE_FULL`, `REPLAY_STORE_UNAVAILABLE`: then nothing may be given
   */
  take(key: string, shares: readonly Share[], ttlMs: number): Promise<boolean>
}

export interface MemoryTallyStoreOptions {
  /** Most keys held at once. Default 100 000. */
  readonly capacity?: number
  readonly now?: () => number
}

interface Tally {
  untilMs: number
  readonly taken: Map<string, number>
}

/** A store for one process: restarting forgets. */
export function memoryTallyStore(options: MemoryTallyStoreOptions = {}): TallyStore {
  const { capacity = 100_000, now = Date.now } = options
  const tallies = new Map<string, Tally>()
  const open = (key: string, atMs: number): Tally => {
    const known = tallies.get(key)
    if (known && known.untilMs > atMs) return known
    if (tallies.size >= capacity) forgetEnded(tallies, atMs)
    if (tallies.size >= capacity) throw new TrustError('REPLAY_STORE_FULL')
    const fresh: Tally = { untilMs: atMs, taken: new Map() }
    tallies.set(key, fresh)
    return fresh
  }
  return {
    // No await stands between looking and counting.
    async take(name, shares, ttlMs) {
      const atMs = now()
      const tally = open(shortDigest(name), atMs)
      const isTaken = takeAll(tally.taken, shares)
      if (isTaken) tally.untilMs = Math.max(tally.untilMs, atMs + ttlMs)
      return isTaken
    },
  }
}

function takeAll(taken: Map<string, number>, shares: readonly Share[]): boolean {
  const after = shares.map(({ part, wanted, most }) => {
    const key = shortDigest(part)
    const sum = (taken.get(key) ?? 0) + wanted
    return { key, sum, most }
  })
  if (after.some(({ sum, most }) => sum > most)) return false
  for (const { key, sum } of after) taken.set(key, sum)
  return true
}

function forgetEnded(tallies: Map<string, Tally>, atMs: number): void {
  for (const [key, { untilMs }] of tallies) if (untilMs <= atMs) tallies.delete(key)
}
