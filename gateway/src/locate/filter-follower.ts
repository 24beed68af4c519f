import type { CatalogueState, Follower } from '@kilde/catalogue'
import { type Epoch, LocateError, type Word } from '@kilde/locate'
import type { Logger } from '@kilde/service'
import type { HeldFilters } from './by-filter.js'
import type { FetchHoldings } from './fetch-holdings.js'
import { createFollowWords, type FollowWordsParts } from './follow-words.js'
import { createFilterStore, type Publisher } from './held-filters.js'

export interface FilterFollowerParts {
  readonly follower: Pick<Follower, 'current' | 'onChange'>
  readonly fetch: FetchHoldings
  /** How organisations are heard on which of their filters hold. */
  readonly words: Omit<FollowWordsParts, 'onWord' | 'everyMs'>
  /** The evaluator's keys that hold now. @throws LocateError */
  readonly fetchEpochs: (signal: AbortSignal) => Promise<readonly Epoch[]>
  readonly everyMs: number
  readonly logger: Logger
}

/** Filters of all organisations, fetched now and then. In memory only; who holds them can tell nobody by them alone. */
export interface FilterFollower extends HeldFilters {
  /** Begins; resolves when each organisation was asked once, or could not be. */
  start(): Promise<void>
  /** Fetches all of them now. */
  refresh(): Promise<void>
  stop(): Promise<void>
}

const AT_ONCE = 16

/**
 * What fails is tried again in the next round; the filter before goes on, and grows old. One that is gone is forgotten. A filter of
 * which its organisation says that it took the place of another is fetched at once.
 */
export function createFilterFollower(parts: FilterFollowerParts): FilterFollower {
  const { follower, everyMs, logger } = parts
  const filters = createFilterStore(parts.fetch)
  const ending = new AbortController()
  let epochs: readonly Epoch[] = []
  let timer: NodeJS.Timeout | undefined
  let round = Promise.resolve()
  const fetching = new Map<string, Promise<void>>()
  const words = createFollowWords({ ...parts.words, everyMs, onWord: fetchNamed })

  function fetchNamed(publisher: Publisher, word: Word): void {
    const { number } = publisher
    const missing = filters.missing(word)
    if (missing.length === 0 || fetching.has(number)) return
    // Where it fails, the next word tries again.
    const work = filters.fetch(publisher, missing, ending.signal).catch(() => undefined)
    fetching.set(
      number,
      work.finally(() => fetching.delete(number)),
    )
  }
  /** A filter that its organisation says holds still is not fetched again. */
  const unheard = (publisher: Publisher): readonly string[] => {
    const word = words.of(publisher.number)
    const missing = word && new Set(filters.missing(word))
    return classesOf(publisher).filter(
      (dataClass) => !word?.filters.has(dataClass) || missing?.has(dataClass),
    )
  }
  const refresh = async (): Promise<void> => {
    const failed = new Map<string, number>()
    const count = (fault: unknown): void => {
      const code = fault instanceof LocateError ? fault.code : 'INTERNAL'
      failed.set(code, (failed.get(code) ?? 0) + 1)
    }
    const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(Math.max(everyMs, 60_000))])
    // Kept no longer than a round: a key that was revoked must not go on.
    epochs = await parts.fetchEpochs(signal).catch((fault) => {
      count(fault)
      return []
    })
    const wanted = publishersIn(follower.current().state)
    filters.retain(wanted)
    await eachOf(wanted, AT_ONCE, (publisher) =>
      filters.fetch(publisher, unheard(publisher), signal).catch(count),
    )
    if (failed.size > 0 && !ending.signal.aborted)
      logger.warn({ failed: Object.fromEntries(failed) }, 'some filters could not be fetched')
  }
  const next = (): void => {
    if (ending.signal.aborted) return
    timer = setTimeout(() => {
      round = refresh().catch(() => undefined)
      void round.finally(next)
    }, everyMs).unref()
  }
  const unfollow = follower.onChange((state) => {
    if (ending.signal.aborted) return
    filters.retain(publishersIn(state))
    words.follow(publishersIn(state))
  })
  return {
    of: filters.of,
    heldAt({ organization, dataClass, digest }) {
      const word = words.of(organization)
      return word?.filters.get(dataClass) === digest ? word.asOfMs : undefined
    },
    epochs: () => epochs,
    refresh,
    async start() {
      words.follow(publishersIn(follower.current().state))
      round = refresh().catch(() => undefined)
      await round
      next()
    },
    async stop() {
      ending.abort()
      clearTimeout(timer)
      unfollow()
      await Promise.all([round, words.stop(), ...fetching.values()])
    },
  }
}

/** Logs are everybody's who shares anything: there are no filters of them. */
const classesOf = ({ dataClasses }: Publisher): readonly string[] =>
  dataClasses.filter((one) => one !== 'AuditEvent')

const publishersIn = ({ organizations }: CatalogueState): readonly Publisher[] =>
  organizations.flatMap(({ number, endpoint, pageKeys, dataClasses, state }) =>
    endpoint && pageKeys?.length && state === 'ACTIVE'
      ? [{ number, endpoint, pageKeys, dataClasses }]
      : [],
  )

async function eachOf<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = [...items]
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}
