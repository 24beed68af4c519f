import type { CatalogueState, Follower, OrganizationEntry } from '@kilde/catalogue'
import { type Epoch, type Holdings, LocateError, openHoldings } from '@kilde/locate'
import type { Logger } from '@kilde/service'
import type { HeldFilters } from './by-filter.js'
import type { FetchHoldings } from './fetch-holdings.js'

export interface FilterFollowerParts {
  readonly follower: Pick<Follower, 'current' | 'onChange'>
  readonly fetch: FetchHoldings
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
const FETCH_MS = 10_000
const LOG = 'AuditEvent'

/** What fails is tried again in the next round; the filter before goes on, and grows old. One that is gone is forgotten. */
export function createFilterFollower(parts: FilterFollowerParts): FilterFollower {
  const { follower, everyMs, logger } = parts
  const filters = new Map<string, Map<string, Holdings>>()
  const ending = new AbortController()
  let epochs: readonly Epoch[] = []
  let timer: NodeJS.Timeout | undefined
  let round = Promise.resolve()

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
    forget(filters, wanted)
    await eachOf(wanted, AT_ONCE, (entry) => fetchAll(parts, filters, entry, signal).catch(count))
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
  const unfollow = follower.onChange((state) => forget(filters, publishersIn(state)))
  return {
    of: (organization, dataClass) => filters.get(organization)?.get(dataClass),
    epochs: () => epochs,
    refresh,
    async start() {
      round = refresh().catch(() => undefined)
      await round
      next()
    },
    async stop() {
      ending.abort()
      clearTimeout(timer)
      unfollow()
      await round
    },
  }
}

/** Without a key of theirs in the registry nothing of theirs could be checked. */
const publishersIn = ({ organizations }: CatalogueState): readonly OrganizationEntry[] =>
  organizations.filter(
    ({ endpoint, pageKeys, state }) => endpoint && pageKeys?.length && state === 'ACTIVE',
  )

function forget(filters: Map<string, unknown>, wanted: readonly OrganizationEntry[]): void {
  const kept = new Set(wanted.map(({ number }) => number))
  for (const number of filters.keys()) if (!kept.has(number)) filters.delete(number)
}

async function fetchAll(
  { fetch }: FilterFollowerParts,
  filters: Map<string, Map<string, Holdings>>,
  { number, endpoint = '', pageKeys = [], dataClasses }: OrganizationEntry,
  ending: AbortSignal,
): Promise<void> {
  const own = filters.get(number) ?? new Map<string, Holdings>()
  filters.set(number, own)
  for (const dataClass of dataClasses.filter((one) => one !== LOG)) {
    const signal = AbortSignal.any([ending, AbortSignal.timeout(FETCH_MS)])
    const jws = await fetch(endpoint, dataClass, signal)
    if (jws === undefined) {
      own.delete(dataClass)
      continue
    }
    const opened = await openHoldings(jws, pageKeys, { organization: number, dataClass })
    const before = own.get(dataClass)
    // Somebody who repeats an old one must not make a patient disappear.
    if (before && opened.asOfMs < before.asOfMs) throw new LocateError('HOLDINGS_UNTRUSTED')
    own.set(dataClass, opened)
  }
}

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
