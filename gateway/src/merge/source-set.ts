import { createHash } from 'node:crypto'

const BITS = 128
const HASHES = 3

/**
 * A set of organisations in 16 bytes, however many there are (a Bloom filter): may hold more than was put in, never less.
 * For «did not answer on an earlier page», where a false yes only makes an answer more careful.
 */
export class SourceSet {
  readonly #bytes: Buffer

  private constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  static readonly empty: SourceSet = new SourceSet(Buffer.alloc(BITS / 8))

  with(organizations: readonly string[]): SourceSet {
    if (organizations.length === 0) return this
    const bytes = Buffer.from(this.#bytes)
    for (const bit of organizations.flatMap(bitsOf))
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (1 << (bit & 7))
    return new SourceSet(bytes)
  }

  mayHave(organization: string): boolean {
    return bitsOf(organization).every(
      (bit) => ((this.#bytes[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0,
    )
  }

  toText(): string {
    return this.#bytes.toString('base64url')
  }

  static fromText(text: string): SourceSet {
    const bytes = Buffer.from(text, 'base64url')
    return new SourceSet(bytes.length === BITS / 8 ? bytes : Buffer.alloc(BITS / 8, 0xff))
  }
}

function bitsOf(organization: string): number[] {
  const digest = createHash('sha256').update(organization).digest()
  return Array.from({ length: HASHES }, (_, index) => digest[index] ?? 0).map((byte) => byte % BITS)
}
