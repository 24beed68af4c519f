import type { EndSignal } from './ending.js'

/** All places are taken, those to wait in too. */
export class TooBusy extends Error {
  constructor() {
    super('too many questions to this source')
    this.name = 'TooBusy'
  }
}

export interface BulkheadLimits {
  readonly maxInFlight: number
  readonly maxQueued: number
}

/** Bounds what is under way to one source, so that a slow one takes nothing that others need. First come, first served. */
export class Bulkhead {
  readonly #limits: BulkheadLimits
  readonly #waiting = new Set<() => void>()
  #inFlight = 0

  constructor(limits: BulkheadLimits) {
    this.#limits = limits
  }

  /** Nothing where there is a place at once, else a promise of one. @throws TooBusy, or the reason of the end */
  enter(end: EndSignal): Promise<void> | undefined {
    if (this.#inFlight < this.#limits.maxInFlight) {
      this.#inFlight += 1
      return undefined
    }
    if (this.#waiting.size >= this.#limits.maxQueued) throw new TooBusy()
    return this.#wait(end)
  }

  /** Gives the place back, or on to the one that has waited longest. */
  leave(): void {
    const [next] = this.#waiting
    if (next) next()
    else this.#inFlight -= 1
  }

  #wait(end: EndSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.#waiting.delete(go)
        reject(end.reason as Error)
      }
      const go = () => {
        this.#waiting.delete(go)
        end.removeEventListener('abort', stop)
        resolve()
      }
      if (end.aborted) return stop()
      this.#waiting.add(go)
      end.addEventListener('abort', stop)
    })
  }
}
