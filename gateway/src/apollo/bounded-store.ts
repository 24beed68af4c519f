import { LRUCache } from 'lru-cache'

/** Documents and plans that are kept of operations seen: as many as `path/plan.ts` keeps documents. */
const MOST = 500

/** What Apollo keeps things in. */
export interface BoundedStore<Value extends object> {
  get(key: string): Promise<Value | undefined>
  set(key: string, value: Value): Promise<void>
  delete(key: string): Promise<boolean>
  clear(): void
}

/**
 * A store for what Apollo makes of an operation, bounded by number. Its own are bounded by the length of their values as JSON:
 * 30 MiB of documents and as much of plans are some 200 MB of objects, and a collection of garbage that goes through all of them stops
 * every request (G4).
 */
export function boundedStore<Value extends object>(most = MOST): BoundedStore<Value> {
  const kept = new LRUCache<string, Value>({ max: most })
  return {
    get: async (key) => kept.get(key),
    set: async (key, value) => void kept.set(key, value),
    delete: async (key) => kept.delete(key),
    clear: () => kept.clear(),
  }
}
