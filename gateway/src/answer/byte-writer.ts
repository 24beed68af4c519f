const COMMA = 0x2c
/** Bytes up to which a loop is cheaper than `Buffer.copy`, which makes an object for each part of a buffer. */
const SHORT = 400

/** One buffer that an answer is written into. It grows; what it is given is copied once. */
export class ByteWriter {
  #buffer: Buffer
  #view: DataView
  #length = 0

  /** @param expected bytes that will probably do */
  constructor(expected: number) {
    // Not from the pool that all small buffers share: an answer's bytes are nobody else's.
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(1_024, expected))
    this.#view = viewOf(this.#buffer)
  }

  get length(): number {
    return this.#length
  }

  text(text: string): void {
    this.#reserve(text.length * 3)
    this.#length += this.#buffer.write(text, this.#length)
  }

  /** A part of a source's bytes, of which `view` is a view. */
  copy(source: Buffer, view: DataView, start: number, end: number): void {
    const length = end - start
    this.#reserve(length)
    if (length > SHORT) source.copy(this.#buffer, this.#length, start, end)
    else this.#copyShort(view, start, end)
    this.#length += length
  }

  #copyShort(source: DataView, start: number, end: number): void {
    const target = this.#view
    const words = end - 3
    let from = start
    let to = this.#length
    for (; from < words; from += 4, to += 4) target.setInt32(to, source.getInt32(from))
    for (; from < end; from++, to++) target.setUint8(to, source.getUint8(from))
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
    this.#view = viewOf(grown)
  }
}

/** The view that short pieces of a buffer are copied by. */
export const viewOf = ({ buffer, byteOffset, byteLength }: Buffer): DataView =>
  new DataView(buffer, byteOffset, byteLength)
