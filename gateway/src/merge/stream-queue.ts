import { compareRows, isSameIdentity } from '../rows/compare-rows.js'
import type { RowTable } from '../rows/row-table.js'

/** One source's rows of a list, in order. A source that was asked in two rounds has two of these. */
export interface Stream {
  readonly organization: string
  readonly table: RowTable
}

/** One row of a source, by its place in the source's table. */
export interface RowRef {
  readonly stream: Stream
  readonly index: number
}

/** The instant of a stream that has no rows left: it never comes before another. */
const EXHAUSTED = Number.POSITIVE_INFINITY

/**
 * The streams' next rows in one order, by a tree of losers (Knuth, The Art of Computer Programming 3, §5.4.1): the stream that
 * was taken from plays again on its way up, so that 1,000 sources cost ten comparisons a row, mostly of two numbers.
 */
export class StreamQueue {
  readonly #streams: readonly Stream[]
  readonly #sign: number
  /** The next row of each stream, and its instant, with its sign turned where the newest comes first. */
  readonly #heads: Int32Array
  readonly #instants: Float64Array
  /** The loser of each match; the match `n` is between the winners of `2n` and `2n + 1`, and streams are the leaves. */
  readonly #losers: Int32Array
  #winner = -1

  constructor(streams: readonly Stream[], newestFirst: boolean) {
    this.#streams = streams
    this.#sign = newestFirst ? -1 : 1
    this.#heads = new Int32Array(streams.length)
    this.#instants = new Float64Array(streams.length)
    this.#losers = new Int32Array(streams.length)
    for (let stream = 0; stream < streams.length; stream++) this.#setHead(stream, 0)
    if (streams.length > 0) this.#winner = this.#play(1)
  }

  get isEmpty(): boolean {
    return this.#winner < 0 || this.#instants[this.#winner] === EXHAUSTED
  }

  /** The stream of the first row, and its index there. Not to be asked when empty. */
  get stream(): Stream {
    return this.#streams[this.#winner] as Stream
  }

  get index(): number {
    return this.#heads[this.#winner] as number
  }

  /** Takes the first row, and with it all others of its identity; undefined where there are none. */
  takeIdentity(): readonly RowRef[] | undefined {
    const { stream, index } = this
    const instant = this.#instants[this.#winner] as number
    this.#take()
    if (!this.#isNextOf(stream, index, instant)) return undefined
    const group: RowRef[] = [{ stream, index }]
    while (this.#isNextOf(stream, index, instant)) {
      group.push({ stream: this.stream, index: this.index })
      this.#take()
    }
    return group
  }

  #isNextOf({ table }: Stream, index: number, instant: number): boolean {
    if (this.#instants[this.#winner] !== instant) return false
    return isSameIdentity(table, index, this.stream.table, this.index)
  }

  #setHead(stream: number, head: number): void {
    const { table } = this.#streams[stream] as Stream
    this.#heads[stream] = head
    this.#instants[stream] =
      head < table.count ? this.#sign * (table.instants[head] as number) : EXHAUSTED
  }

  #play(match: number): number {
    const streams = this.#streams.length
    if (match >= streams) return match - streams
    const [left, right] = [this.#play(2 * match), this.#play(2 * match + 1)]
    const leftWins = this.#isBefore(left, right)
    this.#losers[match] = leftWins ? right : left
    return leftWins ? left : right
  }

  #take(): void {
    let winner = this.#winner
    this.#setHead(winner, (this.#heads[winner] as number) + 1)
    for (let match = (winner + this.#streams.length) >> 1; match > 0; match >>= 1) {
      const loser = this.#losers[match] as number
      if (this.#isBefore(winner, loser)) continue
      this.#losers[match] = winner
      winner = loser
    }
    this.#winner = winner
  }

  #isBefore(a: number, b: number): boolean {
    const left = this.#instants[a] as number
    const right = this.#instants[b] as number
    return left === right ? this.#isBeforeByText(a, b) : left < right
  }

  /** Two rows of one instant. Of two streams that are exhausted either may be first. */
  #isBeforeByText(a: number, b: number): boolean {
    if (this.#instants[a] === EXHAUSTED) return a < b
    const [left, right] = [this.#streams[a] as Stream, this.#streams[b] as Stream]
    const heads = this.#heads
    const order = compareRows(left.table, heads[a] as number, right.table, heads[b] as number)
    return order * this.#sign < 0
  }
}
