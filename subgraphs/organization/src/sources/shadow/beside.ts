import type { Source } from '../source.js'
import type { Compared } from './compare-answers.js'
import type { ShadowReport } from './report.js'
import type { ShadowSettings } from './settings.js'

/** Asks the shadow, and compares what it says with what was answered. */
export type Look = (shadow: Source, signal: AbortSignal) => Promise<Compared>

/** A shadow that is asked after an answer was given: within bounds of its own, so that nobody waits for it. */
export interface Beside {
  look(list: string, look: Look): void
  /** Ends what is under way, tells the sum, closes the source. */
  close(): Promise<void>
}

export function openBeside(source: Source, settings: ShadowSettings, report: ShadowReport): Beside {
  const { share, atOnce, timeoutMs, summaryMs } = settings
  const under = new Set<Promise<void>>()
  const ending = new AbortController()
  let seen = 0
  const timer = setInterval(() => report.summary(), summaryMs)
  timer.unref()
  const run = async (list: string, look: Look): Promise<void> => {
    // What was answered leaves first.
    await new Promise((resolve) => setImmediate(resolve))
    const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(timeoutMs)])
    try {
      report.compared(list, await look(source, signal))
    } catch (fault) {
      if (!ending.signal.aborted) report.failed(list, fault)
    }
  }
  return {
    look(list, look) {
      seen++
      if (ending.signal.aborted || Math.floor(seen * share) === Math.floor((seen - 1) * share))
        return
      if (under.size >= atOnce) return report.skipped()
      const one = run(list, look).catch(() => undefined)
      under.add(one)
      void one.finally(() => under.delete(one))
    },
    async close() {
      clearInterval(timer)
      ending.abort()
      await Promise.all(under)
      report.summary()
      await source.close()
    },
  }
}
