const COMMA = 0x2c
/** Bytes up to which a loop is faster than a call out of JavaScript. */
const SHORT = 24

/** One buffer that an answer is written into. It grows; what it is given is copied once. */
export class ByteWriter {
  #buffer: Buffer
  #length = 0

  /** @param expected bytes that will probably do */
  constructor(expected: number) {
    // Not from the pool that all small buffers share: an answer's bytes are nobody else's.
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(1_024, expected))
  }

  get length(): number {
    return this.#length
  }

  text(text: string): void {
    this.#reserve(text.length * 3)
    this.#length += this.#buffer.write(text, this.#length)
  }

  copy(source: Buffer, start: number, end: number): void {
    const length = end - start
    this.#reserve(length)
    if (length > SHORT) source.copy(this.#buffer, this.#length, start, end)
    else this.#copyShort(source, start, end)
    this.#length += length
  }

  #copyShort(source: Buffer, start: number, end: number): void {
    const buffer = this.#buffer
    let to = this.#length
    for (let from = start; from < end; from++) buffer[to++] = source[from] as number
  }

  byte(value: number): void {
    this.#reserve(1)
    this.#buffer[this.#length++] = value
  }

  comma(): void {
    this.byte(COMMA)
  }

  /** What was written. The writer must not be used after. */
  finish(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.#length + bytes))
    this.#buffer.copy(grown, 0, 0, this.#length)
    this.#buffer = grown
  }
}
