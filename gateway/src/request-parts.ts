import type { Logger } from '@kilde/service'
import { createSubgraphs, type Subgraphs } from './apollo/subgraphs.js'
import type { Supergraph } from './apollo/supergraph.js'
import type { GatewayConfig } from './config.js'
import type { DocumentLimits } from './limits.js'

/** Settings of what every request meets, whatever the graph. */
type RequestConfig<Names extends string> = Pick<GatewayConfig, Extract<keyof GatewayConfig, Names>>

export function limitsOf(config: RequestConfig<`KILDE_DOCUMENT_${string}`>): DocumentLimits {
  return {
    maxCharacters: config.KILDE_DOCUMENT_MAX_CHARACTERS,
    maxTokens: config.KILDE_DOCUMENT_MAX_TOKENS,
    maxDepth: config.KILDE_DOCUMENT_MAX_DEPTH,
    maxAliases: config.KILDE_DOCUMENT_MAX_ALIASES,
    maxDirectives: config.KILDE_DOCUMENT_MAX_ALIASES,
    maxCost: config.KILDE_DOCUMENT_MAX_COST,
  }
}

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
