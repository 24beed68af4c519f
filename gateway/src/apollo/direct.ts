import { KildeError } from '@kilde/service'
import { GraphQLError, type GraphQLSchema, getVariableValues } from 'graphql'
import type { MergePlan } from '../merge/merge-plan.js'
import { Plans } from '../merge/plans.js'
import type { Federation, RunContext } from './run-context.js'
import type { ScatterParts } from './sharing-source.js'

/**
 * Finished answers by the identity of their `data`. Apollo builds every result anew and keeps nothing else of what an executor
 * gives; an answer that is not found is an error, never an empty answer.
 */
export class FinishedAnswers {
  readonly #bodies = new WeakMap<object, Buffer>()

  keep(body: Buffer): Record<string, unknown> {
    const data = { [FINISHED]: true }
    this.#bodies.set(data, body)
    return data
  }

  /** @throws Error where the answer is a finished one, but not one of these */
  take(data: object | null | undefined): Buffer | undefined {
    if (!data) return undefined
    const body = this.#bodies.get(data)
    if (!body && FINISHED in data) throw new Error('a finished answer was lost on its way')
    this.#bodies.delete(data)
    return body
  }
}

/** No name of a field. */
const FINISHED = '(finished)'

type Gateway = NonNullable<Federation>
type Executor = NonNullable<Awaited<ReturnType<Gateway['load']>>['executor']>
type Execution = Parameters<Executor>[0]

/**
 * The direct way into scatter/gather: an operation that asks `sharing` alone, and of organisations what the gateway holds
 * itself, is not planned by Apollo and its answer is never an object. Everything else goes the general way.
 */
export function createDirectWay(
  gateway: Gateway,
  finished: FinishedAnswers,
  { contract, prepare, answer }: ScatterParts,
): Gateway {
  const plans = new Plans(contract)
  let schema: GraphQLSchema | undefined
  gateway.onSchemaLoadOrUpdate((loaded) => {
    schema = loaded.apiSchema
  })
  const run = async (execution: Execution, planned: Planned) => {
    const { asked } = execution.context as RunContext
    try {
      const { progress } = asked
      const fetch = prepare(asked, planned.plan, planned.variables)
      const body = await answer(progress ? { ...fetch, progress } : fetch)
      return { data: finished.keep(body) }
    } catch (fault) {
      return refused(planned.plan, fault)
    }
  }
  return {
    load: async (options) => {
      const loaded = await gateway.load(options)
      const executor: Executor = async (execution) => {
        const planned = schema && planFor(plans, schema, execution)
        if (planned) return run(execution, planned)
        if (!loaded.executor) throw new Error('The gateway has no executor')
        return loaded.executor(execution)
      }
      return { ...loaded, executor }
    },
    onSchemaLoadOrUpdate: (callback) => gateway.onSchemaLoadOrUpdate(callback),
    stop: () => gateway.stop(),
  }
}

interface Planned {
  readonly plan: MergePlan
  readonly variables: Readonly<Record<string, unknown>>
}

/** Undefined for what goes the general way: also for faults, so that they are told in the same words. */
function planFor(plans: Plans, schema: GraphQLSchema, execution: Execution): Planned | undefined {
  const { document, operation, operationName, request } = execution
  const definitions = operation.variableDefinitions ?? []
  const { coerced } = getVariableValues(schema, definitions, request.variables ?? {})
  if (!coerced) return undefined
  try {
    const plan = plans.planOf(document, operationName ?? undefined, coerced)
    return { plan, variables: coerced }
  } catch (fault) {
    if (fault instanceof KildeError) return undefined
    throw fault
  }
}

function refused(plan: MergePlan, fault: unknown) {
  if (!(fault instanceof KildeError)) throw fault
  const { code, publicText } = fault
  const error = new GraphQLError(publicText, { path: [plan.patientKey], extensions: { code } })
  const data = plan.root.map((key) => [key, key === plan.patientKey ? null : 'Query'])
  return { data: Object.fromEntries(data) as Record<string, unknown>, errors: [error] }
}
