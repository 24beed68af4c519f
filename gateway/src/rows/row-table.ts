/**
 * Places in a row whose value is not simply the source's. The order of a row's patches is that of their places; those within
 * a joined list come right after it.
 */
export const Patch = {
  /** Was asked for by the gateway, not by the client. */
  REMOVE: 0,
  CONFLICT: 1,
  DUPLICATES: 2,
  SUPERSEDED: 3,
  /** The organisation that answered. */
  SOURCE: 4,
  /** An organisation, of which the source sent the number alone. */
  REFERENCE: 5,
  /** A list that is joined from all copies of the row. */
  JOIN: 6,
} as const

/** Kind, start, end, organisation number, and which of the plan's references (or which joined list). */
export const PATCH_SIZE = 5

/** Whole numbers in one array that grows. */
export class Numbers {
  #values: Int32Array
  length = 0

  constructor(capacity: number) {
    this.#values = new Int32Array(capacity)
  }

  get values(): Int32Array {
    return this.#values
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      const grown = new Int32Array(this.#values.length * 2)
      grown.set(this.#values)
      this.#values = grown
    }
    this.#values[this.length++] = value
  }

  at(index: number): number {
    return this.#values[index] as number
  }

  set(index: number, value: number): void {
    this.#values[index] = value
  }

  /** Forgets what was pushed after this length. */
  cut(length: number): void {
    this.length = length
  }
}

/**
 * The checked rows of one page of one source: the source's bytes as they came, and where in them each row is. Nothing of a
 * row becomes an object, unless it has copies.
 */
export class RowTable {
  readonly json: Buffer
  /** Places of the operation that show rows: `nodes`, `edges { node }`, and so on. */
  readonly places: number
  count = 0
  /** Sort key of each row: milliseconds since the year 1. */
  readonly instants: number[] = []
  /** Where each row's cursor starts, where its row id ends, and where the cursor ends. */
  readonly cursors: Numbers
  /** For each row and place: start and end of the row, first patch and the one after its last. */
  readonly spans: Numbers
  readonly patches: Numbers
  /** 1 where the bytes of a row can be copied as they are, for each row and place. */
  readonly plain: Numbers

  constructor(json: Buffer, places: number, expected: number) {
    this.json = json
    this.places = places
    this.cursors = new Numbers(3 * expected + 3)
    this.spans = new Numbers(4 * places * expected + 4)
    this.plain = new Numbers(places * expected + 1)
    this.patches = new Numbers(PATCH_SIZE * 4)
  }
}
