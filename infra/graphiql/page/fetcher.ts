import type { Fetcher, FetcherParams } from '@graphiql/toolkit'
import { GraphQLError } from 'graphql'
import { send, wordsOf } from './back-end.js'
import type { Session } from './session.js'
import type { Access } from './sign-in.js'
import { signProof } from './sign-proof.js'

type Result = Awaited<ReturnType<Fetcher>>

/** Sends an operation with the access token and a proof of its own; every failure becomes an error in words. */
export function createFetcher(session: Session, graphqlUrl: string): Fetcher {
  return async (params) => {
    const state = session.state()
    if (state.status === 'expired')
      return failure('Your sign-in has expired. Sign in again to run queries.')
    if (state.status !== 'signed-in')
      return failure('Sign in to run queries. The docs can be read without.')
    try {
      return await run(state.access, graphqlUrl, params)
    } catch (problem) {
      return failure(wordsOf(problem))
    }
  }
}

async function run(access: Access, graphqlUrl: string, params: FetcherParams): Promise<Result> {
  const { key, accessToken, clockOffsetMs } = access
  const now = Date.now() + clockOffsetMs
  const response = await send(new URL(graphqlUrl).pathname, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      authorization: `DPoP ${accessToken}`,
      dpop: await signProof({ key, method: 'POST', url: graphqlUrl, accessToken, now }),
    },
    body: JSON.stringify(params),
  })
  const body: unknown = await response.json().catch(() => undefined)
  if (typeof body === 'object' && body !== null) return body as Result
  return failure(
    `The gateway answered with status ${response.status} and nothing that can be read.`,
  )
}

function failure(message: string): Result {
  return { errors: [new GraphQLError(message)] }
}
