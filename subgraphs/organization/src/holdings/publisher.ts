import { type Epoch, LocateError, type SendToEvaluator } from '@kilde/locate'
import type { Logger } from '@kilde/service'
import { type Arrival, createArrivals } from './arrivals.js'
import { type BuildParts, type BuiltFilters, buildHoldings } from './build.js'
import { createOutputs, type KnownOutputs } from './outputs.js'
import { createWords, type Words } from './words.js'

/** The filters that one organisation publishes. */
export interface Holdings {
  /** The signed filter of a class; undefined where there is none. */
  of(dataClass: string): string | undefined
  /**
   * Data are about to be taken in. Where they are of somebody whom no filter has, gateways are told to ask, before this resolves;
   * never rejects. To be called when the data are in, or are not to be: then the filters are built anew.
   */
  coming(arrivals: readonly Arrival[]): Promise<() => void>
  /** Something came in: the filters are built anew soon. */
  changed(): void
  /** Gives gateways the word on which filters hold. */
  readonly words: Pick<Words, 'requireRoom' | 'listen'>
  start(): void
  /** No more words: gateways ask from now on. */
  mute(): void
  stop(): Promise<void>
}

export interface HoldingsParts extends BuildParts {
  readonly send: SendToEvaluator
  /** The evaluator's keys, newest first. */
  readonly epochs: (signal: AbortSignal) => Promise<readonly Epoch[]>
  readonly refreshMs: number
  /** How often the word is given that the filters hold. */
  readonly wordMs: number
  readonly logger: Logger
}

/** Changes of a second go into one building. */
const SOON_MS = 1_000

/** Builds the filters now and then, and soon after a change. What fails is tried again; the filters before grow old meanwhile. */
export function createHoldings(parts: HoldingsParts): Holdings {
  const { refreshMs, logger, organization } = parts
  const ending = new AbortController()
  let filters: BuiltFilters = new Map()
  let current: { readonly epoch: Epoch; readonly outputs: KnownOutputs } | undefined
  let building: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  let isDirty = false
  const arrivals = createArrivals(
    ({ dataClass, patient }) => filters.get(dataClass)?.patients.has(patient) ?? false,
  )
  const words = createWords({
    ...parts,
    everyMs: parts.wordMs,
    vouched() {
      const unknown = arrivals.unknown()
      const holding = [...filters].filter(([dataClass]) => !unknown.has(dataClass))
      return new Map(holding.map(([dataClass, { digest }]) => [dataClass, digest]))
    },
  })

  const build = async (): Promise<void> => {
    isDirty = false
    const signal = AbortSignal.any([
      ending.signal,
      AbortSignal.timeout(Math.max(60_000, refreshMs)),
    ])
    const listed = arrivals.listing()
    let isMade = false
    try {
      const [epoch] = await parts.epochs(signal)
      if (!epoch) return
      if (current?.epoch.id !== epoch.id || current.epoch.publicKey !== epoch.publicKey)
        current = { epoch, outputs: createOutputs(parts.send, epoch) }
      filters = await buildHoldings(parts, epoch, current.outputs, filters, signal)
      isMade = true
    } catch (fault) {
      if (ending.signal.aborted) return
      const code = fault instanceof LocateError ? fault.code : 'SOURCE_FAILED'
      logger.warn({ organization, code }, 'the filters of an organisation could not be built')
    } finally {
      listed(isMade)
      // Somebody came in while the list was read.
      if (arrivals.unknown().size > 0) isDirty = true
      if (isMade) await words.tell()
    }
  }
  const after = (ms: number): void => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      building = build().finally(() => {
        if (!ending.signal.aborted) after(isDirty ? SOON_MS : refreshMs)
      })
    }, ms).unref()
  }
  const changed = (): void => {
    if (isDirty) return
    isDirty = true
    after(Math.min(SOON_MS, refreshMs))
  }
  return {
    of: (dataClass) => filters.get(dataClass)?.jws,
    changed,
    async coming(all) {
      const ticket = arrivals.begin(all)
      const isNew = arrivals.unknown().size > 0
      if (isNew) await words.tell()
      return () => {
        arrivals.end(ticket)
        if (isNew) changed()
      }
    },
    words,
    start() {
      after(0)
      words.start()
    },
    mute: () => words.stop(),
    async stop() {
      ending.abort()
      clearTimeout(timer)
      words.stop()
      await building
    },
  }
}
