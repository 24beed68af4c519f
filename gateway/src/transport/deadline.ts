import { setMaxListeners } from 'node:events'
import { Ending, type EndSignal } from './ending.js'
import type { Timers } from './timers.js'

/** Why a question ended: its time was up. */
export class DeadlinePassed extends Error {
  constructor() {
    super('the time for the sources is up')
    this.name = 'DeadlinePassed'
  }
}

/** What is asked, as far as its end goes. */
interface Bounded {
  readonly timeoutMs: number
  /** Aborts when the client leaves. */
  readonly signal: AbortSignal
}

interface Shared {
  readonly ending: Ending
  waiting: number
  readonly release: () => void
}

/**
 * One deadline for all sources of one question: one timer and one listener to the client, whatever the number of sources.
 * Both are taken back as soon as the last source is done, so that nothing of an answered question stays behind.
 */
export class Deadlines {
  readonly #shared = new WeakMap<Bounded, Shared>()
  readonly #timers: Timers

  constructor(timers: Timers) {
    this.#timers = timers
  }

  /** The end of a question for one more of its sources; `leave` when that source is done. */
  join(question: Bounded): EndSignal {
    const shared = this.#shared.get(question) ?? this.#start(question)
    shared.waiting += 1
    return shared.ending
  }

  leave(question: Bounded): void {
    const shared = this.#shared.get(question)
    if (!shared) return
    shared.waiting -= 1
    if (shared.waiting > 0) return
    shared.release()
    this.#shared.delete(question)
  }

  #start(question: Bounded): Shared {
    const { timeoutMs, signal } = question
    const ending = new Ending()
    const left = () => ending.end(signal.reason)
    // In a second round each source may have a question of its own: many listeners are no leak.
    setMaxListeners(0, signal)
    if (signal.aborted) left()
    else signal.addEventListener('abort', left)
    if (timeoutMs <= 0) ending.end(new DeadlinePassed())
    const cancel = this.#timers.after(timeoutMs, () => ending.end(new DeadlinePassed()))
    const release = () => {
      cancel()
      signal.removeEventListener('abort', left)
    }
    const shared = { ending, waiting: 0, release }
    this.#shared.set(question, shared)
    return shared
  }
}
