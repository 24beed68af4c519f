/**
 * Rows in PostgreSQL's binary COPY format (documentation of COPY, "Binary Format"): lengths and bytes, nothing to escape. One
 * buffer for many rows, handed out when it is full.
 */
export class CopyRows {
  #buffer = Buffer.allocUnsafe(SIZE)
  #at = 0

  /** What stands before all rows; once. */
  header(): this {
    this.#at += this.#buffer.write('PGCOPY\n\xff\r\n\0', 'latin1')
    return this.#int32(0).#int32(0)
  }

  row(fields: number): this {
    this.#at = this.#buffer.writeInt16BE(fields, this.#at)
    return this
  }

  text(text: string | null): this {
    if (text === null) return this.#int32(-1)
    const length = this.#buffer.write(text, this.#at + 4)
    this.#int32(length)
    this.#at += length
    return this
  }

  bytes(bytes: Buffer): this {
    this.#int32(bytes.length)
    this.#at += bytes.copy(this.#buffer, this.#at)
    return this
  }

  bigint(value: number | null): this {
    if (value === null) return this.#int32(-1)
    this.#int32(8)
    this.#at = this.#buffer.writeBigInt64BE(BigInt(value), this.#at)
    return this
  }

  integer(value: number): this {
    return this.#int32(4).#int32(value)
  }

  boolean(value: boolean): this {
    this.#int32(1)
    this.#at = this.#buffer.writeUInt8(value ? 1 : 0, this.#at)
    return this
  }

  texts(list: readonly string[]): this {
    const bytes = list.reduce((sum, one) => sum + 4 + Buffer.byteLength(one), 0)
    this.#list(TEXT, list.length, bytes)
    for (const one of list) this.text(one)
    return this
  }

  integers(list: readonly number[]): this {
    this.#list(INTEGER, list.length, list.length * 8)
    for (const one of list) this.integer(one)
    return this
  }

  /** All since the last time, where it is much; undefined else. */
  full(): Buffer | undefined {
    return this.#at < SIZE - LARGEST_ROW ? undefined : this.#take()
  }

  end(): Buffer {
    this.#at = this.#buffer.writeInt16BE(-1, this.#at)
    return this.#take()
  }

  /** What is left where others write the end. */
  rest(): Buffer {
    return this.#take()
  }

  #take(): Buffer {
    const full = this.#buffer.subarray(0, this.#at)
    this.#buffer = Buffer.allocUnsafe(SIZE)
    this.#at = 0
    return full
  }

  #list(type: number, length: number, bytes: number): void {
    const isEmpty = length === 0
    this.#int32(isEmpty ? 12 : 20 + bytes)
    this.#int32(isEmpty ? 0 : 1)
    this.#int32(0).#int32(type)
    if (!isEmpty) this.#int32(length).#int32(1)
  }

  #int32(value: number): this {
    this.#at = this.#buffer.writeInt32BE(value, this.#at)
    return this
  }
}

const SIZE = 1 << 20
const LARGEST_ROW = 16_384
/** Numbers of the types in pg_type. */
const TEXT = 25
const INTEGER = 23
