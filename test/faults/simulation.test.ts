import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { describe as inWords } from '../simulation/describe.js'
import { fixedSchedules } from '../simulation/fixed-schedules.js'
import { runSeeds, type Simulation, startSimulation } from '../simulation/run-schedules.js'

/** `npm run test:faults -- --schedules 100000` runs as many as one likes. */
const SCHEDULES = 5_000
const FIRST_SEED = 1

describe('R15: schedules of faults in virtual time', () => {
  let simulation: Simulation
  beforeAll(async () => {
    simulation = await startSimulation()
  })
  afterAll(() => simulation.stop())

  it.each(Object.entries(fixedSchedules))('%s', async (_, schedule) => {
    const { failure } = await simulation.run(schedule)
    expect(failure?.problems ?? []).toEqual([])
  })

  it(`reports every located source once, in each of ${SCHEDULES} schedules`, async () => {
    const { requests, failures } = await runSeeds(FIRST_SEED, SCHEDULES)
    expect(failures.slice(0, 1).map(inWords)).toEqual([])
    expect(requests).toBeGreaterThan(SCHEDULES)
  }, 600_000)
})
