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
  RIVALS: 7,
} as const

/** Kind, start, end, organisation number, and which of the plan's references (or which joined list). */
export const PATCH_SIZE = 5

/** What a table knows of each row: where its cursor starts, where its row id ends, where the cursor ends; then its places. */
const ROW_HEAD = 3
/** Enough for most operations; if not, the array grows. */
const PATCHES_A_ROW = 3
/** Of each place that shows the row: start and end, first patch and the one after its last, and whether it is plain. */
const PLACE_SIZE = 5

/**
 * The checked rows of one page of one source: the source's bytes as they came, and where in them each row is. Nothing of a
 * row becomes an object, unless it has copies. Everything is whole numbers in two arrays that grow.
 */
export class RowTable {
  readonly json: Buffer
  /** The same bytes, to be read four at a time. */
  readonly view: DataView
  /** Places of the operation that show rows: `nodes`, `edges { node }`, and so on. */
  readonly places: number
  count = 0
  /** Sort key of each row: milliseconds since the year 1. */
  readonly instants: number[] = []
  /** Bytes of all rows as they are shown, in all places. */
  rowBytes = 0
  /** Organisations that rows name, by the plan's references. Among them may be those of rows that were left out. */
  readonly named: (Set<number> | undefined)[] = []
  readonly #stride: number
  #rows: Int32Array<ArrayBuffer>
  #patches: Int32Array<ArrayBuffer>
  #patchEnd = 0
  readonly #lastNamed: number[] = []

  /** @param expected rows that it will probably have */
  constructor(json: Buffer, places: number, expected: number) {
    this.json = json
    this.view = new DataView(json.buffer, json.byteOffset, json.byteLength)
    this.places = places
    this.#stride = ROW_HEAD + PLACE_SIZE * places
    const rows = this.#stride * (expected + 1)
    // One allocation for both: it costs more than what is written into it.
    const whole = new ArrayBuffer(4 * (rows + PATCH_SIZE * PATCHES_A_ROW * (expected + 1)))
    this.#rows = new Int32Array(whole, 0, rows)
    this.#patches = new Int32Array(whole, 4 * rows)
  }

  /** Notes the cursor of the row that comes next. It is a row only when `count` has grown. */
  setCursor(start: number, idEnd: number, end: number): void {
    const at = this.count * this.#stride
    if (at + this.#stride > this.#rows.length) this.#rows = grown(this.#rows)
    this.#rows[at] = start
    this.#rows[at + 1] = idEnd
    this.#rows[at + 2] = end
  }

  setPlace(place: number, start: number, end: number, firstPatch: number, isPlain: boolean): void {
    const at = this.count * this.#stride + ROW_HEAD + place * PLACE_SIZE
    this.#rows[at] = start
    this.#rows[at + 1] = end
    this.#rows[at + 2] = firstPatch
    this.#rows[at + 3] = this.#patchEnd
    this.#rows[at + 4] = isPlain ? 1 : 0
    this.rowBytes += end - start
  }

  cursorStart(row: number): number {
    return this.#rows[row * this.#stride] as number
  }

  idEnd(row: number): number {
    return this.#rows[row * this.#stride + 1] as number
  }

  cursorEnd(row: number): number {
    return this.#rows[row * this.#stride + 2] as number
  }

  start(row: number, place: number): number {
    return this.#rows[this.#placeAt(row, place)] as number
  }

  end(row: number, place: number): number {
    return this.#rows[this.#placeAt(row, place) + 1] as number
  }

  firstPatch(row: number, place: number): number {
    return this.#rows[this.#placeAt(row, place) + 2] as number
  }

  patchEnd(row: number, place: number): number {
    return this.#rows[this.#placeAt(row, place) + 3] as number
  }

  /** True where the bytes of a row can be copied as they are, unless it has copies or marks. */
  isPlain(row: number, place: number): boolean {
    return this.#rows[this.#placeAt(row, place) + 4] === 1
  }

  #placeAt(row: number, place: number): number {
    return row * this.#stride + ROW_HEAD + place * PLACE_SIZE
  }

  /** Where the next patch will be. */
  get patchCount(): number {
    return this.#patchEnd
  }

  addPatch(kind: number, start: number, end: number, number: number, which: number): void {
    if (this.#patchEnd === this.#patches.length) this.#patches = grown(this.#patches)
    const at = this.#patchEnd
    this.#patches[at] = kind
    this.#patches[at + 1] = start
    this.#patches[at + 2] = end
    this.#patches[at + 3] = number
    this.#patches[at + 4] = which
    this.#patchEnd = at + PATCH_SIZE
  }

  /** A patch that names an organisation. */
  addReference(kind: number, start: number, end: number, number: number, which: number): void {
    this.addPatch(kind, start, end, number, which)
    // Mostly the one that the row before named.
    if (this.#lastNamed[which] === number) return
    this.#lastNamed[which] = number
    const named = this.named[which] ?? new Set()
    this.named[which] = named.add(number)
  }

  /** Sets the end of a patch that was begun before its end was known. */
  endPatch(at: number, end: number): void {
    this.#patches[at + 2] = end
  }

  /** Forgets patches from here on: what they belonged to is not taken. */
  cutPatches(at: number): void {
    this.#patchEnd = at
  }

  /** One of the numbers of a patch. */
  patch(at: number): number {
    return this.#patches[at] as number
  }
}

function grown(values: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(values.length * 2)
  larger.set(values)
  return larger
}
