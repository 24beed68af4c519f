import type { Accesses } from '../access-log/access-log.js'
import { OrganizationError } from '../errors.js'
import type { Sources } from '../question/fields/field.js'
import type { ClassPage, Page, PageStart, ReceivedWithin } from '../sources/source.js'

type Rows = Pick<Page, 'rows' | 'more'>

/** How far one list of a question was told. */
interface Told {
  readonly after: PageStart | undefined
  readonly more: boolean
}

/**
 * A source as one stream sees it: what was taken in within a window, page after page, each row and version of it once. A write may
 * become visible some time after the instant that it bears: so windows overlap, and what was told is remembered as long.
 */
export interface Windowed {
  readonly source: Sources
  /** Turns to what was taken in up to an instant (epoch milliseconds). */
  turnTo(untilMs: number): void
  /** Turns to the next page of it; false where there is none. */
  turnPage(): boolean
}

export interface WindowParts {
  readonly source: Sources
  /** From when rows are new (epoch milliseconds). */
  readonly fromMs: number
  readonly overlapMs: number
}

export function createWindow({ source, fromMs, overlapMs }: WindowParts): Windowed {
  const known = new Map<string, number>()
  let within: ReceivedWithin = { fromMs, untilMs: fromMs }
  let lists: (Told | undefined)[] = []
  let place = 0
  const tell = <Found extends Page | ClassPage>(at: number, found: Found): Found => {
    const last = found.rows.at(-1)
    const after = last && { t: last.t, i: last.identity, d: last.id }
    lists[at] = { after, more: found.more && last !== undefined }
    const rows = (found.rows as readonly Found['rows'][number][]).filter((row) => {
      const key = `${at} ${row.id} ${row.version} ${row.content}`
      if (known.has(key)) return false
      known.set(key, within.untilMs)
      return true
    })
    return { ...found, rows, more: false }
  }
  /** Lists are asked in the order of the question, at every page of it. */
  const next = () => {
    const at = place++
    const told = lists[at]
    return { at, isOver: told?.more === false, after: told?.after && { after: told.after } }
  }
  const nothing: Rows = { rows: [], more: false }
  return {
    source: {
      ...refusing(source),
      async read(question, signal) {
        const { at, isOver, after } = next()
        const limit = isOver ? 1 : question.limit
        const page = await source.read({ ...question, limit, received: within, ...after }, signal)
        return isOver ? { ...page, ...nothing, rows: [] } : tell(at, page)
      },
      async rows(question, signal) {
        const { at, isOver, after } = next()
        const page = await source.rows({ ...question, received: within, ...after }, signal)
        return isOver ? { ...page, ...nothing, rows: [] } : tell(at, page)
      },
    },
    turnTo(untilMs) {
      const from = Math.max(fromMs, within.untilMs - overlapMs)
      within = { fromMs: from, untilMs }
      for (const [key, atMs] of known) if (atMs < from) known.delete(key)
      lists = []
      place = 0
    },
    turnPage() {
      place = 0
      return lists.some((told) => told?.more)
    },
  }
}

/** Only lists of rows have what is new in them. */
function refusing(source: Sources): Sources {
  const refuse = (): Promise<never> => Promise.reject(new OrganizationError('LIVE_NOT_OFFERED'))
  return {
    ...source,
    latest: refuse,
    trend: refuse,
    names: refuse,
    accesses: refuse as () => Promise<Accesses>,
  }
}
