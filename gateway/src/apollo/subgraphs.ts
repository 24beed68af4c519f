import type { GraphQLDataSource } from '@apollo/gateway'
import type { Logger } from '@kilde/service'
import { createSubgraphClient } from './subgraph-client.js'
import { createSubgraphSource } from './subgraph-source.js'
import type { Supergraph } from './supergraph.js'

export interface SubgraphsOptions {
  /** Whole time for one fetch (milliseconds). */
  readonly timeoutMs: number
  /** Longest wait for a connection (milliseconds). */
  readonly connectTimeoutMs: number
  /** Largest answer (bytes). */
  readonly maxResponseBytes: number
  /** Names of the client's headers that a subgraph gets, in lower case, by the subgraph's name. */
  readonly headers: Readonly<Record<string, readonly string[]>>
  readonly logger: Logger
}

/** The ordinary subgraphs of a graph: a data source each, over shared connections. */
export interface Subgraphs {
  readonly sources: Readonly<Record<string, GraphQLDataSource>>
  /** Names of all headers that some subgraph gets. */
  readonly headers: readonly string[]
  close(): Promise<void>
}

export function createSubgraphs({ remote }: Supergraph, options: SubgraphsOptions): Subgraphs {
  const client = createSubgraphClient(options)
  const sources = remote.map((subgraph) => {
    const headers = options.headers[subgraph.name] ?? []
    return [subgraph.name, createSubgraphSource({ ...options, subgraph, client, headers })]
  })
  return {
    sources: Object.fromEntries(sources),
    headers: [...new Set(Object.values(options.headers).flat())],
    close: () => client.close(),
  }
}
