import { describe, expect, it } from '@jest/globals'
import { boundPlanning, type Planner } from '../../src/apollo/bounded-planning.js'

/** Plans `endless` for ever, and refuses `faulty`. */
function plannerOf(name: string): Planner {
  return {
    buildQueryPlan(operation) {
      while (operation === 'endless') {
        // Nothing ends this from within.
      }
      if (operation === 'faulty') throw new TypeError('no such field')
      return `${name}: ${String(operation)}`
    },
  }
}

function bounded(mostMs?: number) {
  let made = 0
  const planner = plannerOf('first')
  boundPlanning(
    planner,
    () => {
      made += 1
      return plannerOf(`made ${made}`)
    },
    mostMs,
  )
  return { planner, made: () => made }
}

const faultOf = (work: () => unknown): unknown => {
  try {
    return work()
  } catch (fault) {
    return fault
  }
}

describe('G4 planning', () => {
  it('G4 gives the plan, and the planner’s own refusals, as they are', () => {
    const { planner, made } = bounded()
    expect(planner.buildQueryPlan('{ a }')).toBe('first: { a }')
    expect(() => planner.buildQueryPlan('faulty')).toThrow(new TypeError('no such field'))
    expect(made()).toBe(0)
  })

  it('G4 is ended after 500 ms, with a code of its own, and goes on with a new planner', () => {
    const { planner, made } = bounded()
    const from = performance.now()
    const fault = faultOf(() => planner.buildQueryPlan('endless'))
    // Ended by a clock of its own; how late it may be on a busy machine is a wide bound, for ever is none.
    expect(performance.now() - from).toBeGreaterThanOrEqual(490)
    expect(fault).toMatchObject({ extensions: { code: 'PLANNING_TOO_LONG' } })
    expect(made()).toBe(1)
    expect(planner.buildQueryPlan('{ b }')).toBe('made 1: { b }')
  })

  it('G4 is ended as often as it must be', () => {
    const { planner, made } = bounded(5)
    for (let count = 1; count <= 20; count += 1) {
      const fault = faultOf(() => planner.buildQueryPlan('endless'))
      expect(fault).toMatchObject({ extensions: { code: 'PLANNING_TOO_LONG' } })
      expect(made()).toBe(count)
    }
  })
})
