import type { HeldRow } from '../rows/held-row.js'
import { FhirFault } from './fault.js'
import { measuredAfter, undated, type Wanted } from './parameters.js'
import type { Reading } from './reading.js'

export interface Gathered {
  /** Rows among which none is missing that is wanted, up to where reading ended. */
  readonly rows: readonly HeldRow[]
  /** Whether that is the end of what is wanted: nothing follows after these rows. */
  readonly whole: boolean
}

export interface Gathering extends Wanted {
  readonly order: 'NEWEST_FIRST' | 'OLDEST_FIRST'
  /** Whether these rows are enough for the answer. Absent: only all of them are. */
  readonly enough?: (rows: readonly HeldRow[]) => boolean
}

const DAY_MS = 86_400_000
const MOST_WINDOWS = 8
const WIDER = 4

/**
 * Reads what is wanted, or as much of it as is enough. How a server sorts is never believed: rows are taken by windows of
 * time, each read to its end, so that a row that the server would have put elsewhere cannot be passed over. Its order only
 * tells how wide the first window should be.
 * @throws FhirFault
 */
export async function gather(reading: Reading, wanted: Gathering): Promise<Gathered> {
  const { enough, fromMs, untilMs } = wanted
  const isDated = (await reading.abilities()).observation.has('date')
  const isBounded = fromMs !== undefined || untilMs !== undefined
  if (isDated && isBounded && !(await readBesides(reading, wanted))) return gather(reading, wanted)
  const atOnce = await reading.search(wanted, enough && isDated ? { pages: 1 } : {})
  if (atOnce) return { rows: reading.rows, whole: true }
  if (!isDated) return { rows: [], whole: false }
  if (!isBounded && !(await readBesides(reading, wanted))) return gather(reading, wanted)
  return readWindows(reading, wanted)
}

/**
 * What a search with bounds of time does not find by itself, so that it can be used at all. False where the server did not
 * understand: then it is asked without bounds.
 */
async function readBesides(reading: Reading, wanted: Gathering): Promise<boolean> {
  const { fromMs: _from, untilMs: _until, ...rest } = wanted
  try {
    const found = await Promise.all(
      [undated, measuredAfter(reading.nowMs)].map((besides) => reading.search(rest, { besides })),
    )
    if (found.every(Boolean)) return true
  } catch (error) {
    if (!(error instanceof FhirFault) || error.kind !== 'SEARCH_REFUSED') throw error
  }
  reading.withoutDates()
  return false
}

/** Window after window from where the order begins, each wider than the one before. */
async function readWindows(reading: Reading, wanted: Gathering): Promise<Gathered> {
  const { order, enough, fromMs, untilMs } = wanted
  const isNewest = order === 'NEWEST_FIRST'
  const seen = reading.rows.map(({ t }) => t).sort((a, b) => a - b)
  const [oldest = reading.nowMs, newest = reading.nowMs] = [seen.at(0), seen.at(-1)]
  const [begin, limit] = isNewest ? [untilMs, fromMs] : [fromMs, untilMs]
  let start = begin ?? (isNewest ? newest + 1 : oldest)
  let width = Math.max(newest - oldest, DAY_MS)
  let passed = begin
  let believed: readonly HeldRow[] = []
  for (let count = 1; ; count++) {
    const end =
      count < MOST_WINDOWS
        ? within(isNewest ? start - width : start + width, limit, isNewest)
        : limit
    const window = isNewest ? boundsOf(end, passed) : boundsOf(passed, end)
    if (await searchWindow(reading, { ...wanted, ...window })) {
      if (end === limit) return { rows: reading.rows, whole: true }
      believed = reading.rows.filter(
        ({ t }) => end === undefined || (isNewest ? t >= end : t < end),
      )
      if (enough?.(believed)) return { rows: believed, whole: false }
      passed = end
      start = end ?? start
      width *= WIDER
    } else if (width > DAY_MS && count < MOST_WINDOWS && isAffordable(reading)) {
      width = Math.max(width / (2 * WIDER), DAY_MS)
    } else {
      return { rows: believed, whole: false }
    }
  }
}

const isAffordable = ({ budget: { rows, pages, bytes } }: Reading): boolean =>
  rows > 0 && pages > 0 && bytes > 0

/** A window that is beyond what one question reads is not complete. */
async function searchWindow(reading: Reading, wanted: Gathering): Promise<boolean> {
  try {
    return await reading.search(wanted)
  } catch (error) {
    if (error instanceof FhirFault && error.kind === 'SEARCH_REFUSED') return false
    throw error
  }
}

const boundsOf = (fromMs: number | undefined, untilMs: number | undefined) => ({
  ...(fromMs !== undefined && { fromMs }),
  ...(untilMs !== undefined && { untilMs }),
})

/** Not beyond what was asked for. */
function within(end: number, limit: number | undefined, isNewest: boolean): number {
  if (limit === undefined) return end
  return isNewest ? Math.max(end, limit) : Math.min(end, limit)
}
