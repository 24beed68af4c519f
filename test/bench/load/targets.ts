import type { Target } from '../targets.js'
import type { EvenFigures, OverloadFigures, SoakFigures } from './phases.js'

/** Everything that one run found. */
export interface LoadFigures {
  readonly steady: EvenFigures
  readonly saturation: {
    /** Requests a second; 0 where not even the least did. */
    readonly highest: number
    readonly steps: readonly EvenFigures[]
  }
  readonly overload: OverloadFigures
  readonly scale: readonly (EvenFigures & { readonly nodes: number })[]
  readonly soak?: SoakFigures
}

const FAILED_SHARE = 0.001
const GOODPUT_SHARE = 0.8
const SCALE_RATIO = 2
const SLOPE_MIB = 1
/** Connections come and go: so many more at the end are none that leak. */
const DESCRIPTORS = 16

/** Latencies of a normal day: peers.md O1. */
export const holdsLatency = ({ p50Ms, p95Ms, p99Ms, ...even }: EvenFigures): boolean =>
  p50Ms <= 150 && p95Ms <= 400 && p99Ms <= 1_000 && failedShare(even) < FAILED_SHARE

const failedShare = (even: Pick<EvenFigures, 'asked' | 'failed' | 'overloaded'>): number =>
  (even.failed + even.overloaded) / even.asked

/** The targets that a run says something about, each with what it found. */
export function loadTargets({ steady, overload, scale, soak }: LoadFigures): readonly Target[] {
  const rate = `${steady.perSecond} a second`
  return [
    most(`p50 at ${rate}`, steady.p50Ms, 150, ' ms'),
    most(`p95 at ${rate}`, steady.p95Ms, 400, ' ms'),
    most(`p99 at ${rate}`, steady.p99Ms, 1_000, ' ms'),
    below(`failed or refused at ${rate}`, failedShare(steady) * 100, FAILED_SHARE * 100, ' %'),
    ...overloadTargets(overload),
    ...scaleTargets(scale),
    ...(soak ? soakTargets(soak) : []),
  ]
}

function overloadTargets(overload: OverloadFigures): readonly Target[] {
  const { perSecond, seconds, goodput, peak, failed, after } = overload
  const name = `${perSecond} a second for ${seconds} s`
  return [
    least(`${name}: right answers, share of the most`, goodput / peak, GOODPUT_SHARE),
    most(`${name}: neither answered nor refused`, failed, 0, ''),
    { ...most('normal 10 s after: p95', after.p95Ms, 400, ' ms'), met: holdsLatency(after) },
  ]
}

function scaleTargets(scale: LoadFigures['scale']): readonly Target[] {
  const [first, last] = [scale[0], scale.at(-1)]
  if (!first || !last || first === last) return []
  const name = `p95 from ${first.nodes} to ${last.nodes} nodes at ${last.perSecond} a second`
  return [most(name, last.p95Ms / first.p95Ms, SCALE_RATIO, '×')]
}

function soakTargets(soak: SoakFigures): readonly Target[] {
  const minutes = `${Math.round(soak.seconds / 60)} minutes`
  const more = soak.descriptorsLast - soak.descriptorsFirst
  return [
    most(`memory after warm-up, ${minutes}`, soak.slopeMibPerHour, SLOPE_MIB, ' MiB an hour'),
    most(`descriptors more at the end of ${minutes}`, more, DESCRIPTORS, ''),
  ]
}

function most(name: string, value: number, limit: number, unit: string): Target {
  return { name, found: told(value, `at most ${limit}`, unit), met: value <= limit }
}

function below(name: string, value: number, limit: number, unit: string): Target {
  return { name, found: told(value, `below ${limit}`, unit), met: value < limit }
}

function least(name: string, value: number, limit: number): Target {
  return { name, found: told(value, `at least ${limit}`, ''), met: value >= limit }
}

const told = (value: number, limit: string, unit: string): string =>
  `${value.toFixed(2)}${unit} (target: ${limit}${unit})`
