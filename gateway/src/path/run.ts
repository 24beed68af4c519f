import type { ApolloServer } from '@apollo/server'
import type { RunContext } from '../apollo/run-context.js'
import type { Answered, Asked } from './stage.js'

/**
 * Runs the operation: Apollo validates and plans it, and each planned fetch of `sharing` runs the inner line. Errors are
 * masked by the server's `formatError` before they get here.
 */
export function createRun(server: ApolloServer<RunContext>): (asked: Asked) => Promise<Answered> {
  return async (asked) => {
    const { source, name, variables } = asked.operation
    const response = await server.executeOperation(
      {
        query: source,
        variables: { ...variables },
        ...(name === undefined ? {} : { operationName: name }),
      },
      { contextValue: { asked } },
    )
    if (response.body.kind !== 'single') throw new Error('Incremental delivery was not asked for')
    const { data, errors } = response.body.singleResult
    const result = errors ? { errors, ...(data === undefined ? {} : { data }) } : { data }
    return {
      ...asked,
      text: `${JSON.stringify(result)}\n`,
      status: response.http.status ?? 200,
      errorCodes: (errors ?? []).map(({ extensions }) => codeOf(extensions)),
    }
  }
}

const codeOf = (extensions: { readonly code?: unknown } | undefined): string =>
  typeof extensions?.code === 'string' ? extensions.code : 'INTERNAL'
