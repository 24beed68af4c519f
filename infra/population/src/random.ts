import { createHash } from 'node:crypto'

/** Chance that repeats itself: the same seed gives the same course on every machine. Not for secrets. */
export interface Random {
  /** 0 (included) to 1 (excluded). */
  next(): number
  between(low: number, high: number): number
  /** Whole number, both ends included. */
  whole(low: number, high: number): number
  /** Normally distributed. */
  around(mean: number, deviation: number): number
  /**
   * Nearly normally distributed, never further than 3.5 deviations away. Made with sums alone, which IEEE 754 rounds alike
   * everywhere; logarithm and cosine may differ in the last digit from one engine to the next.
   */
  near(mean: number, deviation: number): number
  chance(probability: number): boolean
  pick<T>(items: readonly [T, ...T[]]): T
  /** One of the keys, each as often as its weight. */
  weighted<Key extends string>(weights: Readonly<Partial<Record<Key, number>>>): Key
}

export function createRandom(seed: string): Random {
  const next = sfc32(createHash('sha256').update(seed).digest())
  const between = (low: number, high: number) => low + (high - low) * next()
  return {
    next,
    between,
    whole: (low, high) => Math.floor(between(low, high + 1)),
    // Box-Muller; 1 - next() is never 0, whose logarithm does not exist.
    around: (mean, deviation) =>
      mean + deviation * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    // Four uniform numbers have the variance 4/12 together.
    near: (mean, deviation) =>
      mean + deviation * (next() + next() + next() + next() - 2) * SQUARE_ROOT_OF_3,
    chance: (probability) => next() < probability,
    pick: (items) => items[Math.floor(next() * items.length)] ?? items[0],
    weighted: (weights) => weighted(weights, next()),
  }
}

const SQUARE_ROOT_OF_3 = 1.732_050_807_568_877_2

function weighted<Key extends string>(
  weights: Readonly<Partial<Record<Key, number>>>,
  at: number,
): Key {
  const entries = Object.entries(weights) as [Key, number][]
  let left = at * entries.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [key, weight] of entries) {
    left -= weight
    if (left < 0) return key
  }
  const last = entries.at(-1)
  if (!last) throw new RangeError('nothing to choose from')
  return last[0]
}

/** The generator sfc32 of PractRand (Chris Doty-Humphrey), on 32-bit whole numbers. */
function sfc32(seed: Buffer): () => number {
  let [a, b, c, d] = [0, 4, 8, 12].map((at) => seed.readInt32LE(at)) as [
    number,
    number,
    number,
    number,
  ]
  return () => {
    const sum = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 4_294_967_296
  }
}
