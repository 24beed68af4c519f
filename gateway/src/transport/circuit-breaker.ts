import type { Timers } from './timers.js'

/** What a question told. `NONE`: nothing, e.g. because the client left. */
export type Verdict = 'GOOD' | 'BAD' | 'NONE'

/** The right to ask; to be given back with what came of it, exactly once. */
export type Permit = (verdict: Verdict) => void

/** The last outcomes, and no older ones, decide: half of at least five are bad. */
const WINDOW = 20
const FEWEST = 5
const FORGOTTEN_AFTER_MS = 30_000
/** Pauses double up to the longest: a source that has healed is asked again within 10 s, one timed-out probe included. */
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 4_000

/**
 * Stops asking a source that fails, and lets one question at a time through to see whether it has healed. Nobody waits for
 * that probe: the others are told at once (docs/decisions says why this is not a library's).
 */
export class CircuitBreaker {
  readonly #timers: Timers
  readonly #onChange: (open: boolean) => void
  #state: 'CLOSED' | 'OPEN' | 'PROBING' = 'CLOSED'
  /** Grows with each change of state: what was asked before it says nothing about what is. */
  #era = 0
  /** The newest outcomes as bits, 1 for a bad one. */
  #outcomes = 0
  #count = 0
  #notedMs = 0
  #pauseMs = FIRST_PAUSE_MS
  #openUntilMs = 0

  constructor(timers: Timers, onChange: (open: boolean) => void) {
    this.#timers = timers
    this.#onChange = onChange
  }

  /** True while nobody may ask. */
  get isOpen(): boolean {
    if (this.#state === 'OPEN') return this.#timers.now() < this.#openUntilMs
    return this.#state === 'PROBING'
  }

  /** True where the next question is a probe. */
  get isResting(): boolean {
    return this.#state === 'OPEN' && !this.isOpen
  }

  /** Opens it at once, for longer each time. */
  open(): void {
    if (this.isOpen) return
    this.#change('OPEN')
    this.#openUntilMs = this.#timers.now() + this.#pauseMs
    this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS)
  }

  /** The right to ask, or nothing while the circuit is open. */
  enter(): Permit | undefined {
    if (this.isOpen) return undefined
    const probing = this.#state === 'OPEN'
    if (probing) this.#change('PROBING')
    const era = this.#era
    return (verdict) => {
      if (era !== this.#era) return
      if (probing) this.#judgeProbe(verdict)
      else if (verdict !== 'NONE') this.#note(verdict)
    }
  }

  #judgeProbe(verdict: Verdict): void {
    if (verdict === 'GOOD') {
      this.#pauseMs = FIRST_PAUSE_MS
      this.#change('CLOSED')
      this.#onChange(false)
      return
    }
    this.#change('OPEN')
    // A probe that told nothing does not prolong the pause: the next question is one.
    if (verdict === 'NONE') return
    this.#openUntilMs = this.#timers.now() + this.#pauseMs
    this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS)
  }

  #note(verdict: 'GOOD' | 'BAD'): void {
    const now = this.#timers.now()
    if (now - this.#notedMs > FORGOTTEN_AFTER_MS) this.#count = 0
    this.#notedMs = now
    const known = this.#count === 0 ? 0 : this.#outcomes
    this.#outcomes = ((known << 1) | Number(verdict === 'BAD')) & ((1 << WINDOW) - 1)
    this.#count = Math.min(this.#count + 1, WINDOW)
    // A good answer may be the fifth outcome after four bad ones; it is no ground to stop asking.
    if (verdict === 'GOOD' || this.#count < FEWEST) return
    if (2 * ones(this.#outcomes) < this.#count) return
    this.#change('OPEN')
    this.#openUntilMs = now + this.#pauseMs
    this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS)
    this.#onChange(true)
  }

  #change(state: 'CLOSED' | 'OPEN' | 'PROBING'): void {
    this.#state = state
    this.#era += 1
    this.#count = 0
  }
}

function ones(bits: number): number {
  let count = 0
  for (let rest = bits; rest > 0; rest &= rest - 1) count += 1
  return count
}
