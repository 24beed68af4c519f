import type { LocatedProvider } from '@kilde/catalogue'
import type { SourceAnswer, SourcePage } from '../transport/source-answer.js'
import type { Places } from './resume.js'

/** What goes to the client in one event. */
export interface Telling {
  /** One for each located source: rows of one of them at most, and where all the others stand. */
  readonly answers: readonly SourceAnswer[]
  readonly places: Places
}

interface Waiting {
  readonly answer: SourceAnswer
  readonly place: string | undefined
  readonly taken: () => void
}

/**
 * What sources have told and the client has not been sent: at most one answer of each, for a source is read on when its last answer was
 * taken. And where each of them stands.
 */
export class Told {
  readonly #standing: Map<string, SourceAnswer>
  readonly #waiting = new Map<string, Waiting>()
  readonly #places: Map<string, string>
  readonly #missed = new Set<string>()
  #hasChanged = true
  #wake: () => void = () => {}

  constructor(standing: readonly SourceAnswer[], places: Places) {
    this.#standing = new Map(standing.map((answer) => [answer.organization, answer]))
    this.#places = new Map(places)
  }

  placeOf({ number }: LocatedProvider): string | undefined {
    return this.#places.get(number)
  }

  /** Takes an answer of a source. Resolves when it has gone on to the client, or is not to. */
  answer(answer: SourceAnswer, place: string | undefined): Promise<void> {
    const { organization } = answer
    const hasRows = answer.pages.some(({ rows }) => rows.some(({ count }) => count > 0))
    const before = this.#standing.get(organization)
    this.#stand({ ...before, ...withoutRows(answer) })
    if (!hasRows) {
      this.passed(organization, place)
      return Promise.resolve()
    }
    return new Promise((taken) => {
      this.#waiting.set(organization, { answer: { ...before, ...answer }, place, taken })
      this.#wake()
    })
  }

  /** A source has told everything up to a place. */
  passed(organization: string, place: string | undefined): void {
    if (place !== undefined) this.#places.set(organization, place)
  }

  /** A source cannot go on from its place: what came in since may never be told, and every event from now on says so. */
  forget(organization: string): void {
    this.#places.delete(organization)
    this.#missed.add(organization)
  }

  /** A source stands otherwise. What it has told before, and now refuses to tell, goes no further. */
  stand(answer: Pick<SourceAnswer, 'organization' | 'status' | 'reason'>): void {
    const { organization, status } = answer
    if (status === 'REFUSED') {
      const waiting = this.#waiting.get(organization)
      this.#waiting.delete(organization)
      waiting?.taken()
    }
    const before = this.#standing.get(organization)
    this.#stand({ elapsedMs: undefined, ...before, ...answer, pages: [] })
  }

  #stand(answer: SourceAnswer): void {
    const before = this.#standing.get(answer.organization)
    this.#standing.set(answer.organization, answer)
    if (before && isSame(before, answer)) return
    this.#hasChanged = true
    this.#wake()
  }

  /** The next thing to tell; undefined where there is nothing. */
  take(): Telling | undefined {
    const [next] = this.#waiting.values()
    if (!next && !this.#hasChanged) return undefined
    this.#hasChanged = false
    const told = next?.answer
    if (next && told) {
      this.#waiting.delete(told.organization)
      this.passed(told.organization, next.place)
      next.taken()
    }
    const answers = [...this.#standing.values()].map((answer) =>
      this.#marked(answer.organization === told?.organization ? told : answer),
    )
    return { answers, places: new Map(this.#places) }
  }

  #marked(answer: SourceAnswer): SourceAnswer {
    if (!this.#missed.has(answer.organization)) return answer
    const pages = answer.pages.map(
      (page) => ({ ...page, status: 'TRUNCATED', reason: 'MISSED' }) as const,
    )
    return { ...answer, pages }
  }

  /** Resolves when there may be something to take, or the time is over. */
  wait(ms: number, signal: AbortSignal): Promise<void> {
    if (this.#hasChanged || this.#waiting.size > 0 || signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        this.#wake = () => {}
        resolve()
      }
      const timer = setTimeout(done, ms)
      signal.addEventListener('abort', done)
      this.#wake = done
    })
  }
}

const isSame = (one: SourceAnswer, other: SourceAnswer): boolean =>
  one.status === other.status &&
  one.reason === other.reason &&
  one.pages.length === other.pages.length &&
  one.pages.every((page, index) => page.withheld === other.pages[index]?.withheld)

/** Where a source stands that has nothing new: it is there, and withholds what it withholds. */
function withoutRows(answer: SourceAnswer): SourceAnswer {
  const status = answer.status === 'OK' ? 'EMPTY' : answer.status
  return { ...answer, status, pages: answer.pages.map(emptied) }
}

const emptied = (page: SourcePage): SourcePage => ({
  ...page,
  status: page.status === 'NOT_ASKED' ? page.status : 'EMPTY',
  ...{ rows: [], unusable: [], last: undefined, hasNextPage: false, dropped: 0 },
})
