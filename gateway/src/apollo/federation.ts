import type { GraphQLDataSource } from '@apollo/gateway'
import { readSupergraphSdl } from '@kilde/contract'
import type { Federation } from './run-context.js'

/**
 * The one module that touches `@apollo/gateway` (Elastic License 2.0, see the README). Apollo plans operations over the
 * supergraph; fetches go to our own data sources, never to a URL.
 */
export async function createFederation(
  sources: Readonly<Record<string, GraphQLDataSource>>,
): Promise<Federation> {
  // Since 2.14 the package reports usage to its vendor unless this is set before it is loaded.
  globalThis.process.env['APOLLO_TELEMETRY_DISABLED'] = '1'
  const { ApolloGateway } = await import('@apollo/gateway')
  return new ApolloGateway({
    supergraphSdl: readSupergraphSdl(),
    debug: false,
    // Without this a request header makes the gateway show its query plans.
    __exposeQueryPlanExperimental: false,
    buildService: ({ name }) => {
      const source = sources[name]
      if (!source) throw new Error(`No data source for the subgraph ${name}`)
      return source
    },
  }) as unknown as Federation
}
