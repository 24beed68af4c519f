import type { Logger } from '@kilde/service'
import { createSubgraphs, type Subgraphs } from './apollo/subgraphs.js'
import type { Supergraph } from './apollo/supergraph.js'
import type { GatewayConfig } from './config.js'

/** Settings of what every request meets, whatever the graph. */
type RequestConfig<Names extends string> = Pick<GatewayConfig, Extract<keyof GatewayConfig, Names>>

/** Data sources of the subgraphs that are asked over the network. */
export function subgraphsOf(
  graph: Supergraph,
  config: RequestConfig<`KILDE_SUBGRAPH_${string}` | 'KILDE_SOURCE_CONNECT_MS'>,
  logger: Logger,
): Subgraphs {
  return createSubgraphs(graph, {
    timeoutMs: config.KILDE_SUBGRAPH_TIMEOUT_MS,
    connectTimeoutMs: config.KILDE_SOURCE_CONNECT_MS,
    maxResponseBytes: config.KILDE_SUBGRAPH_MAX_BYTES,
    headers: config.KILDE_SUBGRAPH_HEADERS,
    logger,
  })
}
