import type { GraphqlAnswer, Session } from '@kilde/demo/test-network'
import type { WatchedNetwork } from '../../kit/network.js'

/** A request as it goes over the wire, with a token and proof that are in order. */
export interface RawRequest {
  readonly method?: string
  readonly body?: string
  readonly type?: string
  /** Behind `/graphql`. */
  readonly search?: string
}

export interface RawAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: GraphqlAnswer
}

export async function send(
  { gateway }: WatchedNetwork,
  { token, proof }: Session,
  { method = 'POST', body, type = 'application/json', search = '' }: RawRequest,
): Promise<RawAnswer> {
  const url = `${gateway}/graphql`
  const response = await fetch(url + search, {
    method,
    ...(body !== undefined && { body }),
    headers: {
      ...(body !== undefined && { 'content-type': type }),
      authorization: `DPoP ${token.value}`,
      dpop: proof.sign({ method, url, accessToken: token.value }),
    },
  })
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: JSON.parse(text || '{}') as GraphqlAnswer,
  }
}

/** A GraphQL request in JSON. */
export const graphql = (query: string, variables: object = {}): RawRequest => ({
  body: JSON.stringify({ query, variables }),
})
