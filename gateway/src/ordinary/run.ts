import type { ApolloServer } from '@apollo/server'
import { type KildeError, ServiceError } from '@kilde/service'
import { type DocumentNode, getOperationAST } from 'graphql'
import { GatewayError } from '../errors.js'
import { type DocumentLimits, parseWithin } from '../limits.js'
import type { OrdinaryAnswered, OrdinaryAsked } from './stage.js'

/** What Apollo carries from the request to the subgraphs' data sources. */
export interface OrdinaryContext {
  readonly asked: OrdinaryAsked
}

/**
 * Runs the operation: within the limits, a query or (sent by POST) a mutation. Faults of the operation are an answer; what is
 * thrown is none of GraphQL's.
 */
export function createRun(
  server: ApolloServer<OrdinaryContext>,
  limits: DocumentLimits,
): (asked: OrdinaryAsked) => Promise<OrdinaryAnswered> {
  return async (asked) => {
    try {
      checkKind(parseWithin(asked.query, limits), asked)
      return await execute(server, asked)
    } catch (fault) {
      if (!(fault instanceof GatewayError)) throw fault
      return { ...asked, text: refusalText(fault), status: fault.status }
    }
  }
}

/** An operation that cannot be found is left to Apollo, which says what is wrong. */
function checkKind(document: DocumentNode, { operationName, search }: OrdinaryAsked): void {
  const kind = getOperationAST(document, operationName)?.operation
  if (kind === 'subscription') throw new GatewayError('OPERATION_NOT_SUPPORTED')
  if (kind === 'mutation' && search) {
    throw new ServiceError('METHOD_NOT_ALLOWED', { text: 'A mutation takes POST.' })
  }
}

async function execute(
  server: ApolloServer<OrdinaryContext>,
  asked: OrdinaryAsked,
): Promise<OrdinaryAnswered> {
  const { query, operationName, variables } = asked
  const { body, http } = await server.executeOperation(
    { query, variables, ...(operationName === undefined ? {} : { operationName }) },
    { contextValue: { asked } },
  )
  if (body.kind !== 'single') throw new Error('Incremental delivery was not asked for')
  const { data, errors } = body.singleResult
  const answer = { ...(errors ? { errors } : {}), ...(data === undefined ? {} : { data }) }
  // With data, however little, the answer is one to the operation; without, the operation was refused.
  const status = data === undefined ? (http.status ?? 400) : 200
  return { ...asked, text: `${JSON.stringify(answer)}\n`, status }
}

function refusalText({ publicText, code }: KildeError): string {
  return `${JSON.stringify({ errors: [{ message: publicText, extensions: { code } }] })}\n`
}
