import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks'
import { makeQuery } from '../differential/query/make-query.js'
import { makeVariables } from '../differential/query/make-variables.js'
import { Random } from '../differential/random.js'
import { makeWorld } from '../differential/world/make-world.js'
import { type BareGateway, cpuMsOf } from './bare-gateway.js'

/** How long operations that fit the schema took to be validated, planned by Apollo, and carried out over nobody. */
export interface PlannedOperations {
  readonly count: number
  /** Those that were planned to the end. */
  readonly planned: number
  /** How many met which end; those too large for the limits are none of them, and others were made in their place. */
  readonly ends: ReadonlyMap<string, number>
  /** CPU time, each alone (milliseconds): what others on the machine do does not count. */
  readonly p50Ms: number
  readonly p99Ms: number
  readonly slowestMs: number
  /** Longest time that the event loop stood still (milliseconds). */
  readonly longestStallMs: number
  /** Longest collection of garbage (milliseconds), of its stalls often the longest. */
  readonly longestCollectionMs: number
}

/** Ends of operations that were planned: nobody is there to answer, which some do not accept. */
const PLANNED = new Set(['carried out', 'ANSWER_INCOMPLETE', 'MANDATORY_SOURCE_MISSING'])
const TOO_LARGE = new Set(['DOCUMENT_TOO_LARGE', 'QUESTION_TOO_COSTLY'])
/** Planned before anything is measured: what comes first is compiled meanwhile. */
const WARM_UP = 50

/** Plans so many operations, each made by chance from the schema and unlike the others. */
export async function planOperations(
  gateway: BareGateway,
  count: number,
  seed: number,
): Promise<PlannedOperations> {
  const warm = Math.min(WARM_UP, count)
  const bodies = operations(seed)
  for (let at = 0; at < warm; at += 1) await gateway.ask(bodies.next().value)
  const ends = new Map<string, number>()
  const times: number[] = []
  const stalls = monitorEventLoopDelay({ resolution: 1 })
  stalls.enable()
  const collections = watchCollections()
  while (times.length < count) {
    const body = bodies.next().value
    let end = ''
    const tookMs = await cpuMsOf(async () => {
      end = await gateway.ask(body)
    })
    if (TOO_LARGE.has(end)) continue
    times.push(tookMs)
    ends.set(end, (ends.get(end) ?? 0) + 1)
    // Lets the event loop tell how long it has waited.
    await new Promise((resolve) => setImmediate(resolve))
  }
  stalls.disable()
  const longestCollectionMs = await collections.longestMs()
  const planned = [...ends].filter(([end]) => PLANNED.has(end))
  times.sort((one, other) => one - other)
  const at = (share: number): number => times[Math.ceil(share * times.length) - 1] ?? 0
  return {
    count,
    planned: planned.reduce((sum, [, found]) => sum + found, 0),
    ends,
    ...{ p50Ms: at(0.5), p99Ms: at(0.99), slowestMs: at(1) },
    longestStallMs: stalls.max / 1e6,
    longestCollectionMs,
  }
}

function watchCollections() {
  let longestMs = 0
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longestMs = Math.max(longestMs, duration)
  })
  observer.observe({ entryTypes: ['gc'] })
  return {
    async longestMs() {
      // What was observed is told a turn later.
      await new Promise((resolve) => setTimeout(resolve, 10))
      observer.disconnect()
      return longestMs
    },
  }
}

function* operations(seed: number): Generator<string, never> {
  const world = makeWorld(new Random(seed))
  for (let at = 0; ; at += 1) {
    const random = new Random(seed + at)
    const query = makeQuery(random)
    // A comment makes each text one of its own: none was planned before.
    const text = `${query.text}\n# ${at}`
    yield JSON.stringify({ query: text, variables: makeVariables(random, query, world) })
  }
}
