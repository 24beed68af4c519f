import type { LocatedProvider } from '@kilde/catalogue'
import type { Logger } from '@kilde/service'
import { LRUCache } from 'lru-cache'
import { Bulkhead, type BulkheadLimits } from './bulkhead.js'
import { Latencies } from './latencies.js'
import { type Breaker, NO_BREAKER, SourceCircuit } from './source-circuit.js'
import type { Timers } from './timers.js'

/** One address of one source, and what is known of how it does. */
export interface Target {
  readonly endpoint: string
  readonly breaker: Breaker
  readonly bulkhead: Bulkhead
  readonly latencies: Latencies
}

export interface TargetsOptions {
  readonly limits: BulkheadLimits
  /** Whether a source that fails is left alone for a while. */
  readonly breaking: boolean
  readonly timers: Timers
  readonly logger: Logger
  /** Hears when the circuit of an organisation's address opens or closes. */
  readonly onCircuit?: (organization: string, open: boolean) => void
}

/** Most addresses that anything is known of. Those not asked for longest are forgotten, also when their source has left. */
const CAPACITY = 10_000

/** The addresses of each source, its own first, then its replicas. */
export class Targets {
  readonly #known = new LRUCache<string, Target>({ max: CAPACITY })
  readonly #options: TargetsOptions

  constructor(options: TargetsOptions) {
    this.#options = options
  }

  of({ number, endpoint, replicas = [] }: LocatedProvider): readonly Target[] {
    const own = this.#target(number, endpoint)
    return replicas.length === 0
      ? [own]
      : [own, ...replicas.map((replica) => this.#target(number, replica))]
  }

  #target(organization: string, endpoint: string): Target {
    const key = `${organization} ${endpoint}`
    const known = this.#known.get(key)
    if (known) return known
    const { limits } = this.#options
    const target = {
      endpoint,
      breaker: this.#breaker(organization),
      bulkhead: new Bulkhead(limits),
      latencies: new Latencies(),
    }
    this.#known.set(key, target)
    return target
  }

  #breaker(organization: string): Breaker {
    const { breaking, timers, logger, onCircuit } = this.#options
    if (!breaking) return NO_BREAKER
    return new SourceCircuit(timers, (open) => {
      onCircuit?.(organization, open)
      if (open) logger.warn({ organization }, 'a source fails and is not asked for a while')
      else logger.info({ organization }, 'a source is asked again')
    })
  }
}
