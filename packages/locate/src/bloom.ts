/** Least and most places of a filter. Numbers in between are powers of two, so that a filter's size tells no exact count. */
const LEAST = 64
export const MOST_PATIENTS = 4_194_304

/** What a filter's size follows from. */
export interface FilterShape {
  /** How many it is made for: a power of two. */
  readonly capacity: number
  /** Share of others that are told to be in it all the same, when full: 0.001 to 0.1. */
  readonly falsePositiveRate: number
}

/** The least power of two that holds so many, 64 at least. */
export function capacityFor(count: number): number {
  return Math.max(LEAST, 2 ** Math.ceil(Math.log2(Math.max(1, count))))
}

/** Bits of a filter of this shape, rounded up to whole bytes, and how many of them each entry sets. */
export function sizeOf({ capacity, falsePositiveRate }: FilterShape): {
  readonly bytes: number
  readonly hashes: number
} {
  const bitsEach = -Math.log(falsePositiveRate) / Math.LN2 ** 2
  return {
    bytes: Math.ceil((capacity * bitsEach) / 8),
    hashes: Math.max(1, Math.round(bitsEach * Math.LN2)),
  }
}

/**
 * Bloom filter over tokens that are random already, so that no hash is needed here: places come from the token's own bytes by
 * double hashing (Kirsch and Mitzenmacher 2006). Never says no of what was put in.
 */
export function makeBits(tokens: Iterable<Buffer>, shape: FilterShape): Buffer {
  const { bytes, hashes } = sizeOf(shape)
  const bits = Buffer.alloc(bytes)
  for (const token of tokens) {
    const { start, step } = readToken(token)
    for (let index = 0; index < hashes; index += 1) {
      const place = (start + index * step) % (bytes * 8)
      const at = Math.floor(place / 8)
      bits[at] = (bits[at] ?? 0) | (1 << (place % 8))
    }
  }
  return bits
}

/** False: this token was not put in. True: it may have been. */
export function mayHold(bits: Uint8Array, hashes: number, token: Buffer): boolean {
  const { start, step } = readToken(token)
  for (let index = 0; index < hashes; index += 1) {
    const place = (start + index * step) % (bits.length * 8)
    if (((bits[Math.floor(place / 8)] ?? 0) & (1 << (place % 8))) === 0) return false
  }
  return true
}

/** 48 and 32 bits: sums of some dozen steps are whole numbers still. The step is odd, so that it never stays in one place. */
function readToken(token: Buffer): { readonly start: number; readonly step: number } {
  return {
    start: token.readUIntLE(0, 6),
    step: token.readUIntLE(6, 4) + (token.readUIntLE(6, 1) % 2 === 0 ? 1 : 0),
  }
}
