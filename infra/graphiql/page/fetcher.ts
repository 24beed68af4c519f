import type { Fetcher, FetcherParams } from '@graphiql/toolkit'
import { GraphQLError } from 'graphql'
import { send, wordsOf } from './back-end.js'
import type { Session } from './session.js'
import type { Access } from './sign-in.js'
import { signProof } from './sign-proof.js'
import { signRequest } from './sign-request.js'

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
  const first = await post(access, graphqlUrl, params)
  const nonce = first.status === 401 ? wantedNonce(first) : undefined
  const response = nonce === undefined ? first : await post(access, graphqlUrl, params, nonce)
  const body: unknown = await response.json().catch(() => undefined)
  if (typeof body === 'object' && body !== null) return body as Result
  return failure(
    `The gateway answered with status ${response.status} and nothing that can be read.`,
  )
}

async function post(
  { key, accessToken, clockOffsetMs }: Access,
  url: string,
  params: FetcherParams,
  nonce?: string,
): Promise<Response> {
  const now = Date.now() + clockOffsetMs
  const sent = JSON.stringify(params)
  const proof = {
    key,
    method: 'POST',
    url,
    accessToken,
    now,
    ...(nonce !== undefined && { nonce }),
  }
  return send(new URL(url).pathname, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      authorization: `DPoP ${accessToken}`,
      dpop: await signProof(proof),
      'kilde-signature': await signRequest({ key, accessToken, body: sent, now }),
    },
    body: sent,
  })
}

/** The nonce that the gateway wants in the proof (RFC 9449 §9): the request was not carried out for want of it. */
function wantedNonce({ headers }: Response): string | undefined {
  const isWanted = headers.get('www-authenticate')?.includes('error="use_dpop_nonce"')
  return isWanted ? (headers.get('dpop-nonce') ?? undefined) : undefined
}

function failure(message: string): Result {
  return { errors: [new GraphQLError(message)] }
}
