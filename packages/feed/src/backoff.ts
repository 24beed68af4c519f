/** Waits between attempts: each twice as long as the one before, at most `mostMs`, of which a random part is left out. */
export interface Backoff {
  /** How long to wait before the next attempt (milliseconds). */
  next(): number
  reset(): void
}

export function createBackoff(random: () => number, firstMs = 200, mostMs = 5_000): Backoff {
  let attempts = 0
  return {
    next() {
      const whole = Math.min(mostMs, firstMs * 2 ** Math.min(attempts, 20))
      attempts += 1
      // Half of it at random: a thousand followers of a restarted registry do not all come back at once.
      return whole / 2 + (whole / 2) * random()
    },
    reset() {
      attempts = 0
    },
  }
}
