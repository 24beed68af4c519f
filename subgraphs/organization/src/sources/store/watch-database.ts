import { type PartHealth, watchPart } from '@kilde/service'
import type pg from 'pg'

/** Whether a database answers: by what is asked of it anyhow, and where that is nothing, by a question of its own. */
export interface WatchedDatabase {
  /** Passes on what came of a question, and keeps in mind whether it came. */
  watch<T>(work: Promise<T>): Promise<T>
  health(): PartHealth
  start(): void
  stop(): void
}

/** So long after an answer nobody asks whether there are any (milliseconds). */
const FRESH_MS = 1_500
/** Longest wait for a connection and an answer (milliseconds). */
const PATIENCE_MS = 3_000

export function watchDatabase(pool: pg.Pool): WatchedDatabase {
  let fault = false
  let answeredMs = 0
  const answered = (): void => {
    fault = false
    answeredMs = performance.now()
  }
  // A connection that breaks while idle would otherwise end the process.
  pool.on('error', () => {
    fault = true
  })
  const probe = watchPart({
    name: 'store',
    code: 'STORE_UNREACHABLE',
    everyMs: 1_000,
    timeoutMs: PATIENCE_MS,
    async check() {
      if (!fault && performance.now() - answeredMs < FRESH_MS) return undefined
      await pool.query({ text: 'select 1', query_timeout: PATIENCE_MS } as pg.QueryConfig)
      answered()
      return undefined
    },
  })
  return {
    start: () => probe.start(),
    async watch(work) {
      try {
        const result = await work
        answered()
        return result
      } catch (error) {
        fault = true
        throw error
      }
    },
    health() {
      const part = probe.health()
      // All connections may be busy with questions that are answered: then there was none for the probe.
      const busy = performance.now() - answeredMs < PATIENCE_MS
      return { ...part, ok: !fault && (part.ok || busy) }
    },
    stop: () => probe.stop(),
  }
}
