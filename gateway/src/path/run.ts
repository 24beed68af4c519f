import type { ApolloServer } from '@apollo/server'
import type { ErrorTable } from '@kilde/service'
import type { FinishedAnswers } from '../apollo/direct.js'
import type { RunContext } from '../apollo/run-context.js'
import type { Answered, Asked } from './stage.js'

/**
 * Runs the operation: Apollo validates it, and either plans it, or hands it over as a whole to the direct way. Errors are masked
 * by the server's `formatError` before they get here. A refusal without any data has the status of its code.
 */
export function createRun(
  server: ApolloServer<RunContext>,
  finished: FinishedAnswers,
  table: ErrorTable,
): (asked: Asked) => Promise<Answered> {
  return async (asked) => {
    const response = await server.executeOperation(requestOf(asked), { contextValue: { asked } })
    if (response.body.kind !== 'single') throw new Error('Incremental delivery was not asked for')
    const { data, errors } = response.body.singleResult
    const whole = finished.take(data)
    if (whole)
      return { ...asked, result: whole, status: response.http.status ?? 200, errorCodes: [] }
    const errorCodes = (errors ?? []).map(({ extensions }) => codeOf(extensions))
    const [code] = isEmpty(data) ? errorCodes : []
    const result = errors ? { errors, ...(data === undefined ? {} : { data }) } : { data }
    return {
      ...asked,
      result: `${JSON.stringify(result)}\n`,
      status: table[code ?? '']?.status ?? response.http.status ?? 200,
      errorCodes,
    }
  }
}

function requestOf({ operation: { source, name, variables } }: Asked) {
  return {
    query: source,
    variables: { ...variables },
    ...(name === undefined ? {} : { operationName: name }),
  }
}

const isEmpty = (data: Readonly<Record<string, unknown>> | null | undefined): boolean =>
  Object.values(data ?? {}).every((value) => value === null)

const codeOf = (extensions: { readonly code?: unknown } | undefined): string =>
  typeof extensions?.code === 'string' ? extensions.code : 'INTERNAL'
