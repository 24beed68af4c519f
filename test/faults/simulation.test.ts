import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { fixedSchedules, fixedSeeds } from '../simulation/fixed-schedules.js'
import { type Simulation, startSimulation } from '../simulation/run-schedules.js'
import { createSchedule } from '../simulation/schedule.js'
import { runSlices } from '../simulation/slices.js'

/** `npm run test:faults -- --schedules 100000` runs as many as one likes. */
const SCHEDULES = 1_000
const FIRST_SEED = 1

describe('R15: schedules of faults in virtual time', () => {
  let simulation: Simulation
  beforeAll(async () => {
    simulation = await startSimulation()
  }, 60_000)
  afterAll(() => simulation.stop())

  it.each(Object.entries(fixedSchedules))('%s', async (_, schedule) => {
    const { failure } = await simulation.run(schedule)
    expect(failure?.problems ?? []).toEqual([])
  })

  it.each(Object.entries(fixedSeeds))('%s', async (_, seed) => {
    const { failure } = await simulation.run(createSchedule(seed))
    expect(failure?.problems ?? []).toEqual([])
  })

  it(`tell of every located source once, in each of ${SCHEDULES} schedules`, async () => {
    const slices = { first: FIRST_SEED, count: SCHEDULES, processes: 2 }
    const { requests, failed, first } = await runSlices(slices)
    expect({ failed, first: first?.words }).toEqual({ failed: 0, first: undefined })
    expect(requests).toBeGreaterThan(SCHEDULES)
  }, 900_000)
})
