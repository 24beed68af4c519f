import { GatewayError } from '../errors.js'

/** Bounds what is under way for each of many keys, so that nobody takes all places of a source or of this process. */
export class AtOnce {
  readonly #most: number
  readonly #under = new Map<string, number>()

  /** @param most 0 for as many as come */
  constructor(most: number) {
    this.#most = most
  }

  /**
   * @returns what is to be called, once, when it is done
   * @throws GatewayError `RATE_LIMITED`
   */
  enter(key: string): () => void {
    const now = this.#under.get(key) ?? 0
    if (this.#most > 0 && now >= this.#most) {
      throw new GatewayError('RATE_LIMITED', {
        text: `Too many requests of yours are under way: at most ${this.#most} at a time.`,
        retryAfterSeconds: 1,
      })
    }
    this.#under.set(key, now + 1)
    return () => {
      const left = (this.#under.get(key) ?? 1) - 1
      if (left === 0) this.#under.delete(key)
      else this.#under.set(key, left)
    }
  }
}
