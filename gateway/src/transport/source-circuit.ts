import { CircuitBreaker, type Verdict } from './circuit-breaker.js'
import type { Timers } from './timers.js'

/**
 * What a question told of its source's health. `DOWN`: no connection, whatever was asked. `BAD`: it failed with this question,
 * which may be the question's fault. `NONE`: nothing, e.g. because the client left.
 */
export type Finding = 'GOOD' | 'DOWN' | 'BAD' | 'NONE'

/** The right to ask; to be given back with what came of it, exactly once. */
export type Permit = (finding: Finding) => void

/** What decides whether a source may be asked, and by whom. */
export interface Breaker {
  isOpenFor(requester: string): boolean
  /** The right to ask, or nothing while the circuit is open for the requester. */
  enter(requester: string): Permit | undefined
}

/** For who wants every source asked each time, whatever came of it before. */
export const NO_BREAKER: Breaker = { isOpenFor: () => false, enter: () => () => {} }

/** A requester has one voice in so long a time (milliseconds), as long as outcomes count. */
const VOICE_MS = 30_000
/** Requesters of whom something is remembered; those whose questions failed longest ago are forgotten. */
const MOST_REQUESTERS = 200

/**
 * The circuit of one address: one for all requesters, and one for each whose questions fail. A requester can make a source
 * fail, with questions that take too long, and must not thereby keep others from it: of one's failed questions one counts for
 * all, the others only for oneself. That nothing listens there cannot be a question's fault, and counts for all each time.
 */
export class SourceCircuit implements Breaker {
  readonly #timers: Timers
  readonly #all: CircuitBreaker
  readonly #own = new Map<string, CircuitBreaker>()
  readonly #spokeMs = new Map<string, number>()

  /** @param onChange hears when the circuit of all opens or closes */
  constructor(timers: Timers, onChange: (open: boolean) => void) {
    this.#timers = timers
    this.#all = new CircuitBreaker(timers, onChange)
  }

  isOpenFor(requester: string): boolean {
    return this.#all.isOpen || (this.#own.get(requester)?.isOpen ?? false)
  }

  enter(requester: string): Permit | undefined {
    const own = this.#own.get(requester)
    if (own?.isOpen) return undefined
    const probing = this.#all.isResting
    const all = this.#all.enter()
    if (!all) return undefined
    const mine = own?.enter()
    return (finding) => {
      if (finding === 'BAD') {
        all(this.#speaks(requester, probing) ? 'BAD' : 'NONE')
        this.#failed(requester, mine, probing)
      } else {
        all(finding === 'DOWN' ? 'BAD' : finding)
        mine?.(finding === 'DOWN' ? 'NONE' : finding)
      }
    }
  }

  /** A failed probe says nothing for all: the next requester's question is one at once. */
  #speaks(requester: string, probing: boolean): boolean {
    if (probing) return false
    const now = this.#timers.now()
    const spoke = this.#spokeMs.get(requester)
    if (spoke !== undefined && now - spoke < VOICE_MS) return false
    remember(this.#spokeMs, requester, now)
    return true
  }

  #failed(
    requester: string,
    mine: ((verdict: Verdict) => void) | undefined,
    probing: boolean,
  ): void {
    const own = this.#own.get(requester) ?? new CircuitBreaker(this.#timers, () => {})
    // Questions that were asked before the first one failed know no circuit of their own yet.
    const note = mine ?? own.enter()
    note?.('BAD')
    remember(this.#own, requester, own)
    // Who has probed in vain waits; the others need not.
    if (probing) own.open()
  }
}

function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.size > MOST_REQUESTERS ? map.keys() : []
  if (oldest !== undefined) map.delete(oldest)
}
