import type { Engine } from '@kilde/gateway'
import { baselineProblems } from './baseline.js'
import { problemsOf } from './check.js'
import { startEngine } from './engine.js'
import { play } from './play.js'
import { createSchedule, type Schedule } from './schedule.js'
import { createWorld, type World } from './world.js'

/** A schedule in which something did not hold. */
export interface Failure {
  readonly schedule: Schedule
  readonly problems: readonly string[]
}

export interface Ran {
  readonly requests: number
  readonly failure: Failure | undefined
}

export interface Simulation {
  run(schedule: Schedule): Promise<Ran>
  stop(): Promise<void>
}

export async function startSimulation(): Promise<Simulation> {
  let world: World | undefined
  const current = (): World => {
    if (!world) throw new Error('no schedule is running')
    return world
  }
  const engines = {
    DIRECT: await startEngine('DIRECT', current),
    GENERAL: await startEngine('GENERAL', current),
  }
  return {
    async run(schedule) {
      world = createWorld(schedule)
      const enter = (next: World): void => {
        world = next
      }
      const { requests, problems } = await attempt(world, engines[schedule.way], enter)
      return { requests, failure: problems.length > 0 ? { schedule, problems } : undefined }
    },
    stop: async () => {
      for (const engine of Object.values(engines)) await engine.stop()
    },
  }
}

async function attempt(world: World, engine: Engine, enter: (world: World) => void) {
  try {
    const history = { world, requests: await play(world, engine) }
    const problems = [...problemsOf(history), ...(await baselineProblems(history, engine, enter))]
    return { requests: history.requests.length, problems }
  } catch (fault) {
    const words = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)
    return { requests: 0, problems: [`ended with ${words}`] }
  }
}

export interface Outcome {
  readonly requests: number
  readonly failures: readonly Failure[]
}

/** Runs the schedules of `count` seeds in a row. */
export async function runSeeds(first: number, count: number): Promise<Outcome> {
  const simulation = await startSimulation()
  const failures: Failure[] = []
  let requests = 0
  for (let at = 0; at < count; at++) {
    const ran = await simulation.run(createSchedule((first + at) >>> 0))
    requests += ran.requests
    if (ran.failure) failures.push(ran.failure)
  }
  await simulation.stop()
  return { requests, failures }
}
