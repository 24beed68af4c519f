import type { GraphQLDataSource } from '@apollo/gateway'
import { KildeError } from '@kilde/service'
import {
  type DocumentNode,
  getOperationAST,
  getVariableValues,
  type OperationDefinitionNode,
  parse,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import { GatewayError } from '../errors.js'
import type { Contract } from '../merge/contract.js'
import type { MergePlan } from '../merge/merge-plan.js'
import { Plans } from '../merge/plans.js'
import type { Prepare } from '../path/prepare.js'
import type { Fetch } from '../path/stage.js'
import type { RunContext } from './run-context.js'

type Process = GraphQLDataSource['process']

/** What both ways stand on. */
export interface ScatterParts {
  readonly contract: Contract
  readonly prepare: Prepare
  /** Runs the inner line; answers the whole result as JSON. */
  readonly answer: (fetch: Fetch) => Promise<Buffer>
}

/** The general way into scatter/gather: Apollo plans, and every fetch of `sharing` comes here. */
export function createSharingSource({
  contract,
  prepare,
  answer,
}: ScatterParts): GraphQLDataSource {
  const plans = new Plans(contract)
  // Kept by the planner's text, which holds no patient.
  const operations = new LRUCache<string, Operation>({ max: 500 })
  const operationOf = (query: string): Operation => {
    const known = operations.get(query) ?? parseFetch(query)
    operations.set(query, known)
    return known
  }
  const process: Process = async ({ request, context }) => {
    const { asked } = context as unknown as RunContext
    const { document, operation } = operationOf(request.query ?? '')
    const definitions = operation.variableDefinitions ?? []
    const { coerced } = getVariableValues(contract.schema, definitions, request.variables ?? {})
    if (!coerced) throw new GatewayError('UNSUPPORTED_FETCH', { detail: 'variables of a fetch' })
    const plan = plans.planOf(document, undefined, coerced)
    try {
      const body = await answer(prepare(asked, plan, coerced))
      // A new object each time: Apollo writes into what it is given.
      return JSON.parse(body.toString('utf8')) as { data: Record<string, unknown> }
    } catch (fault) {
      return refused(plan, fault)
    }
  }
  return { process }
}

interface Operation {
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
}

function parseFetch(query: string): Operation {
  const document = parse(query, { noLocation: true })
  const operation = getOperationAST(document)
  if (!operation) throw new GatewayError('UNSUPPORTED_FETCH', { detail: 'no operation' })
  return { document, operation }
}

/** Apollo passes an error of ours on only when it comes as data: what is thrown loses its path. */
function refused(plan: MergePlan, fault: unknown): Awaited<ReturnType<Process>> {
  if (!(fault instanceof KildeError)) throw fault
  const error = {
    message: fault.publicText,
    path: [plan.patientKey],
    extensions: { code: fault.code },
  }
  return { data: { [plan.patientKey]: null }, errors: [error as never] }
}
