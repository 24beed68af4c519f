/** Signing and sending one question takes some 50 µs: so many keep the event loop for five milliseconds. */
const PER_TURN = 100

/** Lets everybody else have a turn between the questions of a fetch that asks many hundred sources. */
export class Turns {
  readonly #waiting: (() => void)[] = []
  #taken = 0

  /** Nothing where the question may go at once, else a promise of a later turn of the event loop. */
  take(): Promise<void> | undefined {
    if (this.#taken === 0) setImmediate(() => this.#next())
    if (this.#taken < PER_TURN) {
      this.#taken += 1
      return undefined
    }
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #next(): void {
    const going = this.#waiting.splice(0, PER_TURN)
    this.#taken = going.length
    if (going.length > 0) setImmediate(() => this.#next())
    for (const go of going) go()
  }
}
