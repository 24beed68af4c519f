import { GraphQLError } from 'graphql'
import { gatewayErrors } from '../errors.js'
import type { Federation } from './run-context.js'

type Load = NonNullable<Federation>['load']
type Executor = NonNullable<Awaited<ReturnType<Load>>['executor']>
type Path = GraphQLError['path']

/**
 * Makes an error of each value that a subgraph left out. Apollo turns it, and the parents that may not be without it, into null
 * and says so in an extension only: to a client it would look as if nothing existed. And takes away places that are wrong.
 */
export function reportMissingValues(execute: Executor): Executor {
  return async (request) => {
    const { extensions = {}, ...result } = await execute(request)
    const missing: unknown = extensions['valueCompletion']
    const added = Array.isArray(missing) ? missing.map(missingValue) : []
    const errors = [...(result.errors ?? []).map((error) => placed(error, result.data)), ...added]
    return { ...result, ...(errors.length > 0 ? { errors } : {}) }
  }
}

function missingValue({ path }: { readonly path?: Path }): GraphQLError {
  return new GraphQLError(gatewayErrors.SUBGRAPH_INVALID.text, {
    path,
    extensions: { code: 'SUBGRAPH_INVALID' },
  })
}

/**
 * Below a list of several types Apollo counts only the rows that it joined: an error is then placed at another row. Where there is
 * a value, or no such field, there was no error.
 */
function placed(error: GraphQLError, data: unknown): GraphQLError {
  if (!error.path || valueAt(data, error.path) === null) return error
  const { message, extensions } = error
  return new GraphQLError(message, { extensions })
}

/** Null also where a parent is null; undefined where there is no such place. */
function valueAt(data: unknown, path: NonNullable<Path>): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      value === null
        ? null
        : (value as Readonly<Record<string | number, unknown>> | undefined)?.[step],
    data ?? null,
  )
}
