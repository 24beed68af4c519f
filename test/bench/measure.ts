import type { Surroundings } from './bench-network.js'
import type { Case, Variant } from './cases.js'
import { endMeasured, type Measured, startMeasured } from './measured.js'
import type { ClosedLoad, LoadResult, Used } from './protocol.js'
import { at, median, rounded } from './statistics.js'

/** One line of the benchmark, as `npm run bench -- --json` prints it. */
export interface Row {
  readonly case: string
  readonly sources: number
  readonly rowsPerSource: number
  readonly variant: Variant
  readonly cpuMsPerQuery: number
  readonly relayRatio: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly addedP50Ms: number
  readonly addedP99Ms: number
  readonly maxBlockMs: number
  readonly rssMb: number
}

/** How much time is spent: the more, the less the rest of the machine shows. */
export interface Effort {
  readonly rounds: number
  readonly warmUpMs: number
  readonly closedMs: number
  readonly openMs: number
}

/** A node's own time where latency is measured (milliseconds). */
const NODE_MS = 20

/**
 * After so many answers of sources a query costs what it goes on to cost: 3,000 queries to 20 sources. Until then V8 compiles,
 * and compiles again (at 400 queries the CPU time was still nearly twice as much).
 */
const SETTLED_ANSWERS = 60_000
const MOST_SETTLING = 3_000

/**
 * Measures all variants of a case side by side: in every round each takes its turn, so that what else the machine does
 * falls on all of them alike; medians of the rounds are compared.
 */
export async function measureCase(
  size: Case,
  effort: Effort,
  around: Surroundings,
): Promise<readonly Row[]> {
  await around.nodes.ask('delay', 0)
  const all = await startMeasured(size, around)
  const warm = all.filter(({ variant }) => variant !== 'secure-cold')
  for (const one of warm) await around.load.ask('closed', warmUp(one, size, effort))
  // Those that came first have waited for the others, and the engine has thrown away code of theirs that nobody used.
  for (const one of warm) await around.load.ask('closed', fullLoad(one, size, effort.warmUpMs))
  for (let round = 0; round < effort.rounds; round += 1) {
    await around.nodes.ask('delay', 0)
    for (const one of warm) await measureFullLoad(one, size, effort, around)
    await around.nodes.ask('delay', NODE_MS)
    for (const one of all) {
      if (one.variant === 'secure-cold') await measureCold(one, size, around)
      else await measureHalfLoad(one, effort, around)
    }
  }
  await endMeasured(all)
  return rowsOf(size, all)
}

/** The gateway's own code passes over every byte of every answer: it takes many of them until the compiler has settled. */
function warmUp(one: Measured, size: Case, { warmUpMs }: Effort): ClosedLoad {
  const load = fullLoad(one, size, warmUpMs)
  const settled = Math.min(MOST_SETTLING, Math.ceil(SETTLED_ANSWERS / size.sources))
  // What goes through Apollo runs so much more code for each query that it is compiled after fewer of them.
  return { ...load, atLeast: throughApollo(one.variant) ? Math.ceil(settled / 8) : settled }
}

const throughApollo = (variant: Variant): boolean =>
  variant === 'general' || variant.startsWith('apollo')

/** As many at a time as keep the process busy; with many sources one query alone does. */
export function fullLoad(
  { variant, shot }: Measured,
  { sources }: Case,
  forMs: number,
): ClosedLoad {
  const inFlight = Math.max(1, Math.min(8, Math.floor(240 / sources)))
  const few = throughApollo(variant) || sources > 30
  return { ...shot, inFlight, forMs, atLeast: (few ? 3 : 10) * inFlight }
}

async function measureFullLoad(
  one: Measured,
  size: Case,
  { closedMs }: Effort,
  { load }: Surroundings,
): Promise<void> {
  await one.server.ask('begin')
  const { queries, wallMs } = await load.ask<LoadResult>('closed', fullLoad(one, size, closedMs))
  const { cpuMs } = await one.server.ask<Used>('used')
  one.cpuMs.push(cpuMs / queries)
  one.perSecond.push((queries * 1_000) / wallMs)
}

/** At a constant rate of half of what it could do, with nodes that take a while: what users get. */
async function measureHalfLoad(
  one: Measured,
  { openMs }: Effort,
  { load, nodes }: Surroundings,
): Promise<void> {
  const perSecond = (one.perSecond.at(-1) ?? 1) / 2
  await nodes.ask('observe')
  await one.server.ask('begin')
  const result = await load.ask<LoadResult>('open', {
    ...one.shot,
    perSecond,
    forMs: openMs,
    atLeast: 3,
  })
  noteTimes(one, result, await nodes.ask('observed'), await one.server.ask('used'))
}

/** One query after the other, each by somebody whose tokens have never been exchanged. */
async function measureCold(
  one: Measured,
  { sources }: Case,
  { load, nodes, world }: Surroundings,
): Promise<void> {
  const count = sources <= 30 ? 5 : 1
  await load.ask('signIn', { world: world.info, count })
  await nodes.ask('observe')
  await one.server.ask('begin')
  const all = { ...one.shot, inFlight: 1, forMs: 0, atLeast: count, atMost: count }
  const result = await load.ask<LoadResult>('closed', all)
  const used = await one.server.ask<Used>('used')
  one.cpuMs.push(used.cpuMs / count)
  noteTimes(one, result, await nodes.ask('observed'), used)
}

function noteTimes(
  one: Measured,
  { latencies }: LoadResult,
  observed: readonly (readonly [string, number])[],
  { maxBlockMs, rssMb }: Used,
): void {
  const slowest = new Map(observed)
  for (const [trace, ms] of latencies) {
    one.latencies.push(ms)
    one.added.push(ms - (slowest.get(trace) ?? 0))
  }
  one.blocksMs.push(maxBlockMs)
  one.rssMb.push(rssMb)
}

function rowsOf(size: Case, all: readonly Measured[]): readonly Row[] {
  const relay = all.find(({ variant }) => variant === 'relay')
  const { name, sources, rowsPerSource } = size
  return all.map(({ variant, cpuMs, latencies, added, blocksMs, rssMb }) => ({
    case: name,
    sources,
    rowsPerSource,
    variant,
    cpuMsPerQuery: rounded(median(cpuMs)),
    relayRatio: rounded(median(cpuMs) / median(relay?.cpuMs ?? [])),
    p50Ms: rounded(median(latencies)),
    p99Ms: rounded(at(latencies, 0.99)),
    addedP50Ms: rounded(median(added)),
    addedP99Ms: rounded(at(added, 0.99)),
    // What the process does itself happens in every round; what the machine does to it, in some.
    maxBlockMs: rounded(Math.min(...blocksMs)),
    rssMb: rounded(Math.max(...rssMb)),
  }))
}
