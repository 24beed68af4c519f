const KEPT = 100
/** With fewer a 95th percentile would be one slow answer. */
const FEWEST = 20
/** How many may come before it is worked out anew. */
const FRESH_FOR = 10

/** How long one source takes, from its last answers. */
export class Latencies {
  readonly #kept: number[] = []
  #noted = 0
  #p95: number | undefined
  #workedOutAt = 0

  note(ms: number): void {
    this.#kept[this.#noted % KEPT] = ms
    this.#noted += 1
  }

  /** The 95th percentile (milliseconds), once there are enough answers. */
  p95(): number | undefined {
    if (this.#noted < FEWEST) return undefined
    if (this.#p95 === undefined || this.#noted - this.#workedOutAt >= FRESH_FOR) {
      const sorted = [...this.#kept].sort((one, other) => one - other)
      this.#p95 = sorted[Math.ceil(sorted.length * 0.95) - 1]
      this.#workedOutAt = this.#noted
    }
    return this.#p95
  }
}
