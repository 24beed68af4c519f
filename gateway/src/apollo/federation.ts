import type { ApolloGateway, GraphQLDataSource } from '@apollo/gateway'
import { readSupergraphSdl } from '@kilde/contract'
import { ServiceError } from '@kilde/service'
import { boundPlanning, PLANNING_MS } from './bounded-planning.js'
import { boundedStore } from './bounded-store.js'
import type { Federation } from './run-context.js'
import { readSupergraph, type Supergraph } from './supergraph.js'
import { reportMissingValues } from './value-completion.js'

/**
 * The one module that touches `@apollo/gateway` (Elastic License 2.0, see the README). Apollo plans operations over the
 * supergraph; fetches go to our own data sources only, one for each subgraph by name.
 * @param planningMs how long one operation may be planned (milliseconds)
 * @throws ServiceError `INVALID_CONFIGURATION` when it is started with a supergraph that Apollo refuses
 */
export async function createFederation(
  sources: Readonly<Record<string, GraphQLDataSource>>,
  supergraph: Supergraph = ownSupergraph(),
  planningMs: number = PLANNING_MS,
): Promise<Federation> {
  // Since 2.14 the package reports usage to its vendor unless this is set before it is loaded.
  globalThis.process.env['APOLLO_TELEMETRY_DISABLED'] = '1'
  const { ApolloGateway } = await import('@apollo/gateway')
  const apollo = new ApolloGateway({
    supergraphSdl: supergraph.sdl,
    debug: false,
    // Without this a request header makes the gateway show its query plans.
    __exposeQueryPlanExperimental: false,
    logger: SILENT,
    queryPlannerConfig: { cache: boundedStore() },
    buildService: ({ name }) => {
      const source = sources[name]
      if (!source) throw new Error(`No data source for the subgraph ${name}`)
      return source
    },
  })
  const gateway = apollo as unknown as NonNullable<Federation>
  return {
    load: async (options) => {
      const { executor } = await gateway.load(options).catch(refuse)
      boundPlannerOf(apollo, planningMs)
      return { executor: executor && reportMissingValues(executor) }
    },
    onSchemaLoadOrUpdate: (listener) => gateway.onSchemaLoadOrUpdate(listener),
    stop: () => gateway.stop(),
  }
}

/** The package has no other way to its planner, which is made with the schema; its version is pinned. */
function boundPlannerOf(apollo: ApolloGateway, planningMs: number): void {
  const { queryPlanner } = apollo.__testing()
  // Never without: an operation that is planned for ever would stop everybody.
  if (!queryPlanner) throw new Error('Apollo has loaded a schema and has no planner')
  type Own = NonNullable<typeof queryPlanner>
  const { supergraph } = queryPlanner
  const Another = queryPlanner.constructor as new (of: Own['supergraph']) => Own
  boundPlanning(queryPlanner, () => new Another(supergraph), planningMs)
}

/** The supergraph of the contract: `sharing` and `registry`. */
export const ownSupergraph = (): Supergraph => readSupergraph(readSupergraphSdl())

/** What it would say is thrown as well; a line of its own could quote a value. */
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

function refuse(cause: unknown): never {
  const text = cause instanceof Error ? cause.message : 'for an unknown reason'
  throw new ServiceError('INVALID_CONFIGURATION', {
    text: `Configuration:\n  KILDE_SUPERGRAPH: @apollo/gateway refuses it: ${text}`,
    cause,
  })
}
