import { setTimeout as pause } from 'node:timers/promises'

export interface EvenOutOptions {
  /** Answers leave at multiples of this after their question came (milliseconds); 0: as soon as they are ready. */
  readonly everyMs: number
  /** A clock that only goes forward (milliseconds). */
  readonly elapsed: () => number
  readonly wait?: (ms: number) => Promise<unknown>
}

/**
 * Whoever does not disclose that something is withheld must not tell it by how long it takes either: to pass over the rows of
 * a patient who has blocked them takes longer than to find that there is no such patient (peers.md A6). So every answer of
 * such an organisation, of whatever outcome, leaves at one of a few instants.
 */
export function createEvenOut({ everyMs, elapsed, wait = pause }: EvenOutOptions) {
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const from = elapsed()
    try {
      return await work()
    } finally {
      const taken = elapsed() - from
      if (everyMs > 0) await wait(Math.ceil(taken / everyMs) * everyMs - taken)
    }
  }
}
