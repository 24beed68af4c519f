import { type Epoch, LocateError, type SendToEvaluator } from '@kilde/locate'
import type { Logger } from '@kilde/service'
import { type BuildParts, buildHoldings } from './build.js'
import { createOutputs, type KnownOutputs } from './outputs.js'

/** The filters that one organisation publishes. */
export interface Holdings {
  /** The signed filter of a class; undefined where there is none. */
  of(dataClass: string): string | undefined
  /** Something came in: the filters are built anew soon. */
  changed(): void
  start(): void
  stop(): Promise<void>
}

export interface HoldingsParts extends BuildParts {
  readonly send: SendToEvaluator
  /** The evaluator's keys, newest first. */
  readonly epochs: (signal: AbortSignal) => Promise<readonly Epoch[]>
  readonly refreshMs: number
  readonly logger: Logger
}

/** Changes of a second go into one building. */
const SOON_MS = 1_000

/** Builds the filters now and then, and soon after a change. What fails is tried again; the filters before grow old meanwhile. */
export function createHoldings(parts: HoldingsParts): Holdings {
  const { refreshMs, logger, organization } = parts
  const ending = new AbortController()
  let filters: ReadonlyMap<string, string> = new Map()
  let current: { readonly epoch: Epoch; readonly outputs: KnownOutputs } | undefined
  let building: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  let isDirty = false

  const build = async (): Promise<void> => {
    isDirty = false
    const signal = AbortSignal.any([
      ending.signal,
      AbortSignal.timeout(Math.max(60_000, refreshMs)),
    ])
    try {
      const [epoch] = await parts.epochs(signal)
      if (!epoch) return
      if (current?.epoch.id !== epoch.id || current.epoch.publicKey !== epoch.publicKey)
        current = { epoch, outputs: createOutputs(parts.send, epoch) }
      filters = await buildHoldings(parts, epoch, current.outputs, signal)
    } catch (fault) {
      if (ending.signal.aborted) return
      const code = fault instanceof LocateError ? fault.code : 'SOURCE_FAILED'
      logger.warn({ organization, code }, 'the filters of an organisation could not be built')
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
  return {
    of: (dataClass) => filters.get(dataClass),
    changed() {
      if (isDirty) return
      isDirty = true
      after(Math.min(SOON_MS, refreshMs))
    },
    start: () => after(0),
    async stop() {
      ending.abort()
      clearTimeout(timer)
      await building
    },
  }
}
