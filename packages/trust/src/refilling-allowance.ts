/** Allows something `most` times at once, and then once per `refillMs`. */
export function createRefillingAllowance(o: {
  readonly most: number
  readonly refillMs: number
  readonly now: () => number
}): () => boolean {
  let left = o.most
  let refilledAtMs = o.now()
  return () => {
    const earned = Math.floor((o.now() - refilledAtMs) / o.refillMs)
    if (earned > 0) {
      left = Math.min(o.most, left + earned)
      refilledAtMs += earned * o.refillMs
    }
    if (left === 0) return false
    left -= 1
    return true
  }
}
