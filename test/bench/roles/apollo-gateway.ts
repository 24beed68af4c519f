import type { GraphQLDataSource } from '@apollo/gateway'
import type { ApolloServerOptionsWithGateway } from '@apollo/server'
import { Pool } from 'undici'
import { dispatch } from './dispatch.js'

type Gateway = ApolloServerOptionsWithGateway<{ traceparent: string | undefined }>['gateway']
type Traced = { readonly traceparent?: string | undefined }

/** `@apollo/gateway` as its documentation has it, or with the HTTP client changed for undici's pools. */
export async function createApolloGateway(supergraphSdl: string, tuned: boolean): Promise<Gateway> {
  globalThis.process.env['APOLLO_TELEMETRY_DISABLED'] = '1'
  const { ApolloGateway, RemoteGraphQLDataSource } = await import('@apollo/gateway')
  const stock = (url: string): GraphQLDataSource =>
    new RemoteGraphQLDataSource({
      url,
      willSendRequest({ request, context }) {
        const { traceparent } = context as Traced
        if (traceparent !== undefined) request.http?.headers.set('traceparent', traceparent)
      },
    })
  return new ApolloGateway({
    supergraphSdl,
    buildService: ({ url }) => (tuned ? tunedSource(url ?? '') : stock(url ?? '')),
  }) as unknown as Gateway
}

function tunedSource(url: string): GraphQLDataSource {
  const { origin, pathname: path } = new URL(url)
  const pool = new Pool(origin, { connections: 32, pipelining: 1 })
  const process: GraphQLDataSource['process'] = async ({ request, context }) => {
    const { traceparent } = context as Traced
    const { query, variables } = request
    const chunks = await dispatch(pool, {
      path,
      headers: {
        'content-type': 'application/json',
        ...(traceparent !== undefined && { traceparent }),
      },
      body: JSON.stringify({ query, variables }),
    })
    return JSON.parse(Buffer.concat(chunks).toString()) as Awaited<
      ReturnType<GraphQLDataSource['process']>
    >
  }
  return { process }
}
