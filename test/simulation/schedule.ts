import type { BulkheadLimits } from '../../gateway/src/transport/bulkhead.js'
import type { Way } from './engine.js'
import { type FaultName, faultNames, honestNames } from './faults.js'
import { type Random, seeded } from './random.js'
import type { Order } from './rows.js'
import type { Membership, RegistryPhase } from './sim-registry.js'

/** One client, who reads a list page by page. */
export interface Client {
  readonly startMs: number
  readonly patient: number
  readonly operation: 'LIST' | 'TWO_LISTS' | 'OVERVIEW'
  /** Every third source is not to be asked. */
  readonly excludes: boolean
  readonly first: number
  readonly order: Order
  readonly pages: number
  /** Between two pages. */
  readonly gapMs: number
  /** Goes away in the middle of a page. */
  readonly leaves: { readonly page: number; readonly afterMs: number } | undefined
  /** Asks when all has been well for long enough: nobody may be missing. */
  readonly last: boolean
}

/** Everything that happens, decided by a seed. */
export interface Schedule {
  readonly seed: number
  readonly way: Way
  readonly sources: readonly string[]
  /** Rows of some sources are copies of others'. */
  readonly copies: boolean
  /** What may be under way to one source. */
  readonly limits: BulkheadLimits
  readonly registry: readonly RegistryPhase[]
  readonly clients: readonly Client[]
  /** Fault and latency (milliseconds), by source and request. */
  readonly faults: ReadonlyMap<string, readonly [FaultName, number]>
}

/** More than the clients of a schedule can ask for. */
export const WIDE: BulkheadLimits = { maxInFlight: 64, maxQueued: 128 }

/** Time that a source that was in trouble has to come back (peers.md R9). */
const RECOVERY_MS = 10_000

/** Number of a client's page among all requests: hexadecimal, so that it can travel as a trace id. */
export const requestId = (client: number, page: number): string =>
  (256 * (client + 1) + page).toString(16)

export function createSchedule(seed: number): Schedule {
  const random = seeded(seed)
  const count = random.chance(0.01) ? 20 : random.between(1, 5)
  const sources = Array.from({ length: count }, (_, at) => String(310_000_001 + 97 * at))
  const clients = createClients(random.fork('clients'))
  return {
    seed,
    way: random.chance(0.5) ? 'DIRECT' : 'GENERAL',
    sources,
    copies: random.chance(0.3),
    limits: random.chance(0.9) ? WIDE : { maxInFlight: 1, maxQueued: random.below(2) },
    registry: createRegistry(random.fork('registry'), sources),
    clients,
    faults: createFaults(random.fork('faults'), sources, clients),
  }
}

function createClients(random: Random): readonly Client[] {
  const early = Array.from({ length: random.pick([1, 1, 2, 3]) }, () => createClient(random))
  if (random.chance(0.6)) return early
  const healed = Math.max(...early.map(endOf)) + RECOVERY_MS
  return [...early, { ...createClient(random), startMs: healed, leaves: undefined, last: true }]
}

/** No page takes longer than this, whatever happens. */
const PAGE_MS = 4_000
const endOf = ({ startMs, pages, gapMs }: Client): number => startMs + pages * (PAGE_MS + gapMs)

function createClient(random: Random): Client {
  const pages = random.pick([1, 1, 2, 3])
  return {
    startMs: 2 * random.between(0, 3_000),
    patient: random.below(2),
    operation: random.pick(['LIST', 'LIST', 'LIST', 'TWO_LISTS', 'OVERVIEW']),
    excludes: random.chance(0.1),
    first: random.pick([1, 3, 5, 10, 50]),
    order: random.pick(['NEWEST_FIRST', 'OLDEST_FIRST']),
    pages,
    gapMs: random.pick([0, 10, 500, 5_000]),
    leaves: random.chance(0.1)
      ? { page: random.below(pages), afterMs: random.between(0, 3_500) }
      : undefined,
    last: false,
  }
}

/** Members come and go, drain and pause, while clients read. */
function createRegistry(random: Random, sources: readonly string[]): readonly RegistryPhase[] {
  const changes = random.pick([0, 0, 1, 2, 4])
  // Fractions: a change never falls on the start of a request, whose registry would then be a matter of luck.
  const starts = Array.from({ length: changes }, () => random.between(0, 10_000) + 0.5)
  const steadiness = random.pick([1, 0.8, 0.5])
  return [0, ...starts.sort((a, b) => a - b)].map((fromMs) => ({
    fromMs,
    stale: random.chance(0.05),
    members: new Map(
      sources.map((source) => [source, random.chance(steadiness) ? 'ACTIVE' : unusual(random)]),
    ),
  }))
}

const unusual = (random: Random): Membership => random.pick(['ABSENT', 'DRAINING', 'PAUSED'])

/** A source in trouble mostly stays in it for some requests: only then breakers have anything to do. */
function createFaults(
  random: Random,
  sources: readonly string[],
  clients: readonly Client[],
): Schedule['faults'] {
  const trouble = random.pick([0, 0.1, 0.3, 0.6, 1])
  const faults = new Map<string, readonly [FaultName, number]>()
  for (const source of sources) {
    let fault: FaultName | undefined
    clients.forEach(({ pages, last }, number) => {
      for (let page = 0; page < pages; page++) {
        if (!random.chance(0.6))
          fault = random.chance(trouble) ? random.pick(faultNames) : undefined
        const name = last ? undefined : fault
        const latencyMs = random.chance(0.05) ? 2_900 : random.between(1, 400)
        const does = name ?? random.pick(honestNames)
        faults.set(`${source} ${requestId(number, page)}`, [does, latencyMs])
      }
    })
  }
  return faults
}
