import type { AuditLog } from '@kilde/audit'
import { recordOf, withLog } from './audit.js'

/** E10: records that come evenly for a long time, each waited for from the instant at which it was due. */
export interface SustainedFigures {
  readonly minutes: number
  /** Records offered a second. */
  readonly rate: number
  /** Records that became durable a second, over the whole time and in its worst second. */
  readonly perSecond: number
  readonly worstSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly refused: number
}

/** peers.md E10. */
const MOST_P99_MS = 25
const TICK_MS = 2
/** Waits are counted in steps of so many milliseconds, up to the time after which a log refuses: millions need no memory. */
const STEP_MS = 0.05
const STEPS = 5_000 / STEP_MS

/** @param rate records a second; so that the disk holds them, a long time is not measured at the most that it takes */
export async function measureSustained(minutes: number, rate: number): Promise<SustainedFigures> {
  const waits = new Uint32Array(STEPS + 1)
  const seconds = new Uint32Array(Math.ceil(minutes * 60))
  let refused = 0
  const offer = async (log: AuditLog, index: number, due: number, begin: number): Promise<void> => {
    try {
      await log.append(recordOf(index))
    } catch {
      refused += 1
      return
    }
    const now = performance.now()
    const step = Math.min(STEPS, Math.max(0, Math.floor((now - due) / STEP_MS)))
    waits[step] = (waits[step] ?? 0) + 1
    const second = Math.floor((now - begin) / 1_000)
    if (second < seconds.length) seconds[second] = (seconds[second] ?? 0) + 1
  }
  await withLog(async (log) => {
    await offerEvenly({ minutes: 1 / 60, rate }, (index) =>
      log.append(recordOf(index)).catch(() => undefined),
    )
    const begin = performance.now()
    await offerEvenly({ minutes, rate }, (index, due) => offer(log, index, due, begin))
  })
  const count = waits.reduce((sum, one) => sum + one, 0)
  return {
    ...{ minutes, rate, refused },
    perSecond: count / (minutes * 60),
    // The last second is not whole.
    worstSecond: Math.min(...(seconds.length > 1 ? seconds.subarray(0, -1) : seconds)),
    p50Ms: shareOf(waits, count, 0.5),
    p99Ms: shareOf(waits, count, 0.99),
  }
}

/** Gives each its turn when it is due; what is late because the machine was, comes at once, and counts from when it was due. */
async function offerEvenly(
  { minutes, rate }: { readonly minutes: number; readonly rate: number },
  offer: (index: number, due: number) => Promise<unknown>,
): Promise<void> {
  const begin = performance.now()
  const total = Math.round(minutes * 60 * rate)
  const underWay = new Set<Promise<unknown>>()
  for (let index = 0; index < total; ) {
    const due = begin + (index / rate) * 1_000
    if (due > performance.now()) {
      await new Promise((resolve) => setTimeout(resolve, TICK_MS))
      continue
    }
    const one: Promise<unknown> = offer(index, due).finally(() => underWay.delete(one))
    underWay.add(one)
    index += 1
  }
  await Promise.all(underWay)
}

function shareOf(waits: Uint32Array, count: number, share: number): number {
  let seen = 0
  const step = waits.findIndex((one) => {
    seen += one
    return seen >= count * share
  })
  return (step + 1) * STEP_MS
}

export function sustainedLines(found: SustainedFigures): readonly (readonly string[])[] {
  const { minutes, rate, perSecond, worstSecond, p50Ms, p99Ms, refused } = found
  return [
    ['minutes', `${minutes}`],
    ['records offered a second', `${rate}`],
    ['records refused', `${refused}`],
    ['durable records in the worst second', `${worstSecond}`],
    ['wait for a durable record, p50', `${p50Ms.toFixed(2)} ms`],
    ['wait for a durable record, p99', `${p99Ms.toFixed(2)} ms (target: at most ${MOST_P99_MS})`],
    ['durable records a second', `${Math.round(perSecond)} (target: at least 1,000)`],
  ]
}

export const isSustained = ({ perSecond, p99Ms, refused }: SustainedFigures): boolean =>
  refused === 0 && perSecond >= 1_000 && p99Ms <= MOST_P99_MS
