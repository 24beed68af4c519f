import { LRUCache } from 'lru-cache'

export interface RememberOptions {
  readonly now: () => number
  /** Asked again when older (milliseconds). */
  readonly freshForMs: number
  /** Used this long where nobody answers (milliseconds). */
  readonly keepForMs: number
}

interface Known<T> {
  readonly value: T | undefined
  readonly atMs: number
}

/** Most answers held of one register. */
const MOST = 10_000

/** Remembers the answers of a register for a while, also that there is no such number; many who ask at once ask once. */
export function remember<T>(
  ask: (key: string) => Promise<T | undefined>,
  { now, freshForMs, keepForMs }: RememberOptions,
): (key: string) => Promise<T | undefined> {
  const known = new LRUCache<string, Known<T>>({ max: MOST })
  const asking = new Map<string, Promise<T | undefined>>()
  const askOnce = (key: string): Promise<T | undefined> => {
    const under = asking.get(key)
    if (under) return under
    const started = ask(key)
      .then((value) => {
        known.set(key, { value, atMs: now() })
        return value
      })
      .finally(() => asking.delete(key))
    asking.set(key, started)
    return started
  }
  return async (key) => {
    const before = known.get(key)
    const ageMs = before ? now() - before.atMs : Number.POSITIVE_INFINITY
    if (before && ageMs <= freshForMs) return before.value
    return askOnce(key).catch((error: unknown) => {
      if (before && ageMs <= keepForMs) return before.value
      throw error
    })
  }
}
