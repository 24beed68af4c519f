import type { EvenResult } from '../protocol.js'
import { at } from '../statistics.js'
import { type LoadSetting, type LoadSize, type PartName, startLoad } from './setting.js'

/** What an even rate of requests gave. */
export interface EvenFigures {
  readonly perSecond: number
  readonly seconds: number
  readonly asked: number
  readonly overloaded: number
  readonly failed: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  /** Cores that each part kept busy. */
  readonly cores: Readonly<Record<PartName, number>>
}

export interface OverloadFigures extends EvenFigures {
  /** Right answers a second. */
  readonly goodput: number
  /** The most that it answers in a second, when just so many ask as it can take. */
  readonly peak: number
  /** The normal rate, from 10 seconds after the overload on. */
  readonly after: EvenFigures
}

export interface SoakFigures extends EvenFigures {
  /** Growth of the gateway's resident memory after the first quarter (MiB in an hour), by least squares. */
  readonly slopeMibPerHour: number
  readonly descriptorsFirst: number
  readonly descriptorsLast: number
  /** Resident memory at each look (MiB), and when (seconds). */
  readonly memory: readonly (readonly [second: number, mib: number])[]
}

const WARM_UP_MS = 20_000
const FULL_MS = 10_000
/** Enough to keep it busy, and fewer than those with which it begins to refuse. */
const FULL_AT_ONCE = 30
const LOOK_MS = 10_000

/** Until the engine has compiled what it runs, and everybody's tokens for all sources are there. */
export async function warmUp(setting: LoadSetting, atLeast: number): Promise<void> {
  for (let answered = 0; answered < atLeast; )
    answered +=
      (await setting.full({ inFlight: FULL_AT_ONCE, forMs: WARM_UP_MS })) * (WARM_UP_MS / 1_000)
}

export async function measureEven(
  setting: LoadSetting,
  perSecond: number,
  forMs: number,
): Promise<EvenFigures> {
  const before = await setting.held()
  const found = await setting.even({ perSecond, forMs })
  const after = await setting.held()
  const cores = Object.fromEntries(
    Object.entries(after).map(([part, { cpuMs }]) => [
      part,
      (cpuMs - before[part as PartName].cpuMs) / found.wallMs,
    ]),
  )
  return figuresOf(found, { perSecond, forMs, cores: cores as EvenFigures['cores'] })
}

interface Asked {
  readonly perSecond: number
  readonly forMs: number
  readonly cores: EvenFigures['cores']
}

const figuresOf = (
  { asked, OVERLOADED, FAILED, latencies }: EvenResult,
  { perSecond, forMs, cores }: Asked,
): EvenFigures => ({
  perSecond,
  seconds: forMs / 1_000,
  asked,
  overloaded: OVERLOADED,
  failed: FAILED,
  p50Ms: at(latencies, 0.5),
  p95Ms: at(latencies, 0.95),
  p99Ms: at(latencies, 0.99),
  cores,
})

/** The most that it answers in a second. */
const measurePeak = (setting: LoadSetting): Promise<number> =>
  setting.full({ inFlight: FULL_AT_ONCE, forMs: FULL_MS })

export async function measureOverload(
  setting: LoadSetting,
  { perSecond, times, forMs }: { perSecond: number; times: number; forMs: number },
): Promise<OverloadFigures> {
  const peak = await measurePeak(setting)
  const over = await measureEven(setting, perSecond * times, forMs)
  const right = over.asked - over.overloaded - over.failed
  // Normal again ten seconds after: what happens in these is not looked at.
  await setting.even({ perSecond, forMs: 10_000 })
  const after = await measureEven(setting, perSecond, 20_000)
  return { ...over, goodput: right / over.seconds, peak, after }
}

export async function measureSoak(
  setting: LoadSetting,
  perSecond: number,
  minutes: number,
): Promise<SoakFigures> {
  const memory: [number, number][] = []
  const descriptors: number[] = []
  const from = performance.now()
  const look = async (): Promise<void> => {
    const { gateway } = await setting.held()
    memory.push([Math.round((performance.now() - from) / 1_000), gateway.rssMb])
    descriptors.push(gateway.descriptors)
  }
  const looking = setInterval(() => void look(), LOOK_MS)
  try {
    const even = await measureEven(setting, perSecond, minutes * 60_000)
    const warm = Math.floor(memory.length / 4)
    return {
      ...even,
      slopeMibPerHour: slopeOf(memory.slice(warm)) * 3_600,
      descriptorsFirst: descriptors[warm] ?? -1,
      descriptorsLast: descriptors.at(-1) ?? -1,
      memory,
    }
  } finally {
    clearInterval(looking)
  }
}

/** Least squares: rise for each unit of the first. */
function slopeOf(points: readonly (readonly [number, number])[]): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length
  const [x, y] = [mean(points.map(([one]) => one)), mean(points.map(([, one]) => one))]
  const over = points.reduce((sum, [px, py]) => sum + (px - x) * (py - y), 0)
  const under = points.reduce((sum, [px]) => sum + (px - x) ** 2, 0)
  return under === 0 ? 0 : over / under
}

/** The same question at so many nodes as at ten times as many. */
export async function measureScale(
  size: LoadSize,
  nodes: readonly number[],
  perSecond: number,
  forMs: number,
): Promise<readonly (EvenFigures & { readonly nodes: number })[]> {
  const found: (EvenFigures & { nodes: number })[] = []
  for (const count of nodes) {
    const setting = await startLoad({ ...size, nodes: count })
    try {
      await warmUp(setting, 3 * size.requesters)
      found.push({ nodes: count, ...(await measureEven(setting, perSecond, forMs)) })
    } finally {
      await setting.end()
    }
  }
  return found
}

/** The highest rate, in steps, at which the latencies of a normal day still hold. */
export async function findSaturation(
  setting: LoadSetting,
  holds: (found: EvenFigures) => boolean,
  rates: readonly number[],
): Promise<{ readonly highest: number; readonly steps: readonly EvenFigures[] }> {
  const steps: EvenFigures[] = []
  let highest = 0
  for (const rate of rates) {
    const found = await measureEven(setting, rate, FULL_MS)
    steps.push(found)
    if (!holds(found)) break
    highest = rate
  }
  return { highest, steps }
}
