/** Chance that can be repeated: the same seed makes the same choices on every machine. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** From 0 to below 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  /** A whole number, both ends included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  chance(share: number): boolean {
    return this.next() < share
  }

  /** @throws RangeError where there is nothing to choose from */
  pick<T>(list: readonly T[]): T {
    const [item] = list.slice(Math.floor(this.next() * list.length))
    if (item === undefined) throw new RangeError('nothing to choose from')
    return item
  }

  /** One of several makers, each as often as its weight says. */
  weighted<T>(choices: readonly (readonly [weight: number, value: T])[]): T {
    let left = this.next() * choices.reduce((sum, [weight]) => sum + weight, 0)
    for (const [weight, value] of choices) {
      left -= weight
      if (left < 0) return value
    }
    return this.pick(choices)[1]
  }

  /** Each item with this probability, in the list's order. */
  some<T>(list: readonly T[], share: number): T[] {
    return list.filter(() => this.chance(share))
  }

  shuffled<T>(list: readonly T[]): T[] {
    return list
      .map((item) => ({ item, place: this.next() }))
      .sort((a, b) => a.place - b.place)
      .map(({ item }) => item)
  }

  /** Small numbers often, large ones seldom: half of all are below a sixth of `most`. */
  few(most: number): number {
    return Math.floor(this.next() ** 2.5 * (most + 1))
  }
}
