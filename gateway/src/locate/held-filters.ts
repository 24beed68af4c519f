import { type Holdings, LocateError, openHoldings, type Word } from '@kilde/locate'
import type { PublicJwk } from '@kilde/trust'
import type { FetchHoldings } from './fetch-holdings.js'

/** An organisation that may publish filters. */
export interface Publisher {
  readonly number: string
  readonly endpoint: string
  /** Its keys in the registry: without one nothing of it could be checked. */
  readonly pageKeys: readonly PublicJwk[]
  readonly dataClasses: readonly string[]
}

/** The filters of each organisation, by class. */
export interface FilterStore {
  readonly of: (organization: string, dataClass: string) => Holdings | undefined
  /** Forgets the filters of all others. */
  retain(publishers: readonly Publisher[]): void
  /** Classes whose filter a word names, and that is not held. */
  missing(word: Word): readonly string[]
  /** Fetches one organisation's filters. @throws LocateError */
  fetch(publisher: Publisher, dataClasses: readonly string[], ending: AbortSignal): Promise<void>
}

const FETCH_MS = 10_000

export function createFilterStore(fetchFilter: FetchHoldings): FilterStore {
  const filters = new Map<string, Map<string, Holdings>>()
  const of: FilterStore['of'] = (organization, dataClass) =>
    filters.get(organization)?.get(dataClass)

  async function fetchOne(
    { number, endpoint, pageKeys }: Publisher,
    dataClass: string,
    ending: AbortSignal,
  ): Promise<void> {
    const signal = AbortSignal.any([ending, AbortSignal.timeout(FETCH_MS)])
    const jws = await fetchFilter(endpoint, dataClass, signal)
    const own = filters.get(number) ?? new Map<string, Holdings>()
    filters.set(number, own)
    if (jws === undefined) {
      own.delete(dataClass)
      return
    }
    const opened = await openHoldings(jws, pageKeys, { organization: number, dataClass })
    const before = own.get(dataClass)
    // Somebody who repeats an old one must not make a patient disappear.
    if (before && opened.asOfMs < before.asOfMs) throw new LocateError('HOLDINGS_UNTRUSTED')
    own.set(dataClass, opened)
  }
  return {
    of,
    retain(publishers) {
      const kept = new Set(publishers.map(({ number }) => number))
      for (const number of filters.keys()) if (!kept.has(number)) filters.delete(number)
    },
    missing: ({ organization, filters: named }) =>
      [...named]
        .filter(([dataClass, digest]) => of(organization, dataClass)?.digest !== digest)
        .map(([dataClass]) => dataClass),
    async fetch(publisher, dataClasses, ending) {
      for (const dataClass of dataClasses) await fetchOne(publisher, dataClass, ending)
    },
  }
}
