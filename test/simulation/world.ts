import { createAskSource } from '@kilde/gateway'
import { silentLogger } from '@kilde/service'
import { createSourceTokens } from '../../gateway/src/transport/source-tokens.js'
import { DEADLINE_MS, numbers, type Surroundings } from './engine.js'
import { faultNamed } from './faults.js'
import { seeded } from './random.js'
import { createHoldings, type Holding } from './rows.js'
import type { Fault } from './scene.js'
import type { Schedule } from './schedule.js'
import { currentState, type RegistryPhase } from './sim-registry.js'
import { type SimulatedSources, simulateSources } from './sim-source.js'
import { type SimulatedTokens, simulateTokens } from './sim-tokens.js'
import { VirtualTime } from './virtual-time.js'

/** A schedule with everything that it needs to run. */
export interface World extends Surroundings {
  readonly schedule: Schedule
  readonly time: VirtualTime
  readonly holdings: ReadonlyMap<string, Holding>
  readonly sources: SimulatedSources
  readonly tokens: SimulatedTokens
  /** The registry as it is now. */
  phase(): RegistryPhase
}

const START_MS = Date.UTC(2026, 5, 1)
/** A client of tokens gives up later than the gateway does. */
const TOKEN_LATE_MS = 2 * DEADLINE_MS

export function createWorld(schedule: Schedule): World {
  const time = new VirtualTime(START_MS)
  const random = seeded(schedule.seed).fork('world')
  const holdings = createHoldings(random, schedule.sources, numbers.length, schedule.copies)
  const faultOf = (source: string, request: string): readonly [Fault, number] => {
    const [name, latencyMs] = schedule.faults.get(`${source} ${request}`) ?? ['answers', 5]
    return [faultNamed(name), latencyMs]
  }
  const sources = simulateSources({
    ...{ time, random, holdings, faultOf },
    deadlineMs: DEADLINE_MS,
    patients: numbers,
  })
  const tokens = simulateTokens(time, TOKEN_LATE_MS, (...where) => faultOf(...where)[0])
  const { now } = time
  const phase = () => phaseAt(schedule, now())
  const ask = createAskSource({
    client: sources,
    tokens: createSourceTokens({ tokens: tokens.client, scope: 'read', now, capacity: 200 }),
    logger: silentLogger,
    timers: time,
    limits: schedule.limits,
    sourceTimeoutMs: DEADLINE_MS,
  })
  const current = () => currentState(phase(), now())
  return { schedule, time, holdings, sources, tokens, ask, now, current, phase }
}

function phaseAt({ registry }: Schedule, nowMs: number): RegistryPhase {
  const phase = registry.findLast(({ fromMs }) => START_MS + fromMs <= nowMs)
  if (!phase) throw new RangeError('a schedule without a registry')
  return phase
}
