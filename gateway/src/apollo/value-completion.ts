import { GraphQLError } from 'graphql'
import { gatewayErrors } from '../errors.js'
import type { Federation } from './run-context.js'

type Load = NonNullable<Federation>['load']
type Executor = NonNullable<Awaited<ReturnType<Load>>['executor']>

/**
 * Makes an error of each value that a subgraph left out. Apollo turns it, and the parents that may not be without it, into null
 * and says so in an extension only: to a client it would look as if nothing existed.
 */
export function reportMissingValues(execute: Executor): Executor {
  return async (request) => {
    const { extensions = {}, ...result } = await execute(request)
    const missing = extensions['valueCompletion']
    if (!Array.isArray(missing) || missing.length === 0) return result
    const errors = missing.map(({ path }: { path?: GraphQLError['path'] }) => missingValue(path))
    return { ...result, errors: [...(result.errors ?? []), ...errors] }
  }
}

function missingValue(path: GraphQLError['path']): GraphQLError {
  return new GraphQLError(gatewayErrors.SUBGRAPH_INVALID.text, {
    path,
    extensions: { code: 'SUBGRAPH_INVALID' },
  })
}
