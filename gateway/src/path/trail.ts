import { countRows, type SourceAnswer, type SourcePage } from '../transport/source-answer.js'
import { DATA_CLASS } from './data-class.js'

interface Noted {
  readonly organization: string
  readonly status: string
  readonly reason?: string
  readonly returned: number
  /** Of an answer: whether nothing of it is missing. */
  readonly complete?: boolean
}

type Fields = readonly string[]

/** What of a fetch's plan a record tells. */
interface NotedPlan {
  /** What was selected, as `Type.field`. */
  readonly selected: Fields
  readonly classes: Fields
}

interface NotedFetch {
  readonly sources: readonly Noted[]
  readonly classes: Fields
}

/** What a request did, for its audit record. Filled by the path, read by `audit`. */
export class Trail {
  // A plan's later round replaces what was noted of its first.
  readonly #fetches = new Map<NotedPlan, NotedFetch>()
  readonly #others = new Set<string>()

  /** @param classes of data that were asked for, where the plan alone does not say it */
  note(answers: readonly SourceAnswer[], plan: NotedPlan, classes = plan.classes): void {
    this.#fetches.set(plan, { sources: answers.map(noted), classes })
  }

  /** What a subgraph beside `sharing` was asked of the patient. */
  noteOther(fields: Fields): void {
    for (const field of fields) this.#others.add(field)
  }

  /** True where somebody was asked about the patient. */
  get hasAsked(): boolean {
    return this.#others.size > 0 || this.sources.length > 0
  }

  /** One entry for each source. Where several fetches asked it, what it disclosed counts. */
  get sources(): readonly Noted[] {
    const sources = new Map<string, Noted>()
    for (const found of [...this.#fetches.values()].flatMap((fetch) => fetch.sources)) {
      const before = sources.get(found.organization)
      sources.set(found.organization, before ? both(before, found) : found)
    }
    return [...sources.values()]
  }

  /** Selected fields as `Type.field`. */
  get fields(): Fields {
    const selected = [...this.#fetches.keys()].flatMap((plan) => plan.selected)
    return [...new Set([...selected, ...this.#others])].sort()
  }

  /** Classes of data that were asked for. */
  get classes(): readonly string[] {
    const classes = [...this.#fetches.values()].flatMap((fetch) => fetch.classes)
    // Whoever asks for nothing but the handle asks whether the patient is known.
    return classes.length > 0 ? [...new Set(classes)].sort() : [DATA_CLASS]
  }
}

function noted({ organization, status, reason, pages, failedFor }: SourceAnswer): Noted {
  const returned = pages.reduce((sum, page) => sum + countRows(page), 0)
  return {
    organization,
    status,
    returned,
    ...(reason === undefined ? {} : { reason }),
    ...(status === 'OK' || status === 'EMPTY'
      ? { complete: pages.every(isWhole) && !failedFor?.some(Boolean) }
      : {}),
  }
}

const isWhole = ({ dropped, withheld }: SourcePage): boolean => dropped === 0 && withheld === 'NONE'

const both = (one: Noted, other: Noted): Noted => ({
  ...(other.returned > one.returned ? other : one),
  returned: one.returned + other.returned,
  ...(one.complete === false || other.complete === false ? { complete: false } : {}),
})
