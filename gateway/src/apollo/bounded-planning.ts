import { createContext, Script } from 'node:vm'
import { GraphQLError } from 'graphql'
import { gatewayErrors } from '../errors.js'

/** How long one operation may be planned (milliseconds): no other request is served meanwhile. */
export const PLANNING_MS = 500

/** What of Apollo's planner is used here. */
export interface Planner {
  buildQueryPlan(operation: unknown, options?: unknown): unknown
}

/**
 * Ends the planning of an operation that takes too long. The planner of Apollo is one piece of synchronous work that knows no
 * time limit of its own; V8 can end such work from outside, wherever it stands. What it leaves behind may be half done: the
 * next operation is planned by a new planner.
 * The planner then throws GraphQLError `PLANNING_TOO_LONG`.
 * @param remake makes a planner of the same graph
 */
export function boundPlanning(planner: Planner, remake: () => Planner, mostMs = PLANNING_MS): void {
  // Taken before it is replaced.
  let plan = planner.buildQueryPlan.bind(planner)
  planner.buildQueryPlan = (operation, options) => {
    try {
      return runWithin(mostMs, () => plan(operation, options))
    } catch (fault) {
      if (!isTimeOut(fault)) throw fault
      const next = remake()
      plan = next.buildQueryPlan.bind(next)
      const { text } = gatewayErrors.PLANNING_TOO_LONG
      throw new GraphQLError(text, { extensions: { code: 'PLANNING_TOO_LONG' } })
    }
  }
}

/** One for all: work runs to its end before other work begins, and nothing is evaluated in it but the call. */
const surroundings = createContext({ work: undefined })
const call = new Script('work()')

/** Runs synchronous work, and ends it after so long. @throws what the work throws, or Node's `ERR_SCRIPT_EXECUTION_TIMEOUT` */
function runWithin(mostMs: number, work: () => unknown): unknown {
  surroundings['work'] = work
  try {
    return call.runInContext(surroundings, { timeout: mostMs })
  } finally {
    // It holds an operation.
    surroundings['work'] = undefined
  }
}

const isTimeOut = (fault: unknown): boolean =>
  (fault as { readonly code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
