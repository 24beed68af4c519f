import { type Dispatcher, Pool } from 'undici'
import type { Subgraph } from './supergraph.js'

/** One fetch of one subgraph. */
export interface SubgraphRequest {
  readonly body: Uint8Array
  readonly headers: Readonly<Record<string, string>>
  /** Ends the request: the deadline, or the client that left. */
  readonly signal: AbortSignal
}

export interface SubgraphResponse {
  readonly status: number
  readonly body: Buffer
}

/** Connections to ordinary subgraphs: one pool for each origin, closed together. */
export interface SubgraphClient {
  post(subgraph: Subgraph, request: SubgraphRequest): Promise<SubgraphResponse>
  close(): Promise<void>
}

export interface SubgraphClientOptions {
  /** Largest answer (bytes). */
  readonly maxResponseBytes: number
  /** Longest wait for a connection (milliseconds). */
  readonly connectTimeoutMs: number
}

/** The answer is not in a form that can be read safely. */
export class UnreadableSubgraph extends Error {}

export function createSubgraphClient(options: SubgraphClientOptions): SubgraphClient {
  const pools = new Map<string, Pool>()
  const poolOf = (origin: string): Pool => {
    const known = pools.get(origin)
    if (known) return known
    const pool = new Pool(origin, {
      connections: 64,
      pipelining: 1,
      connectTimeout: options.connectTimeoutMs,
      maxResponseSize: options.maxResponseBytes,
      // The signal is the one clock: a slow drip must not restart anything.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
    pools.set(origin, pool)
    return pool
  }
  return {
    post: (subgraph, request) => {
      const url = new URL(subgraph.url)
      return post(poolOf(url.origin), `${url.pathname}${url.search}`, request)
    },
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()))
    },
  }
}

/** A pool follows no redirects: where a fetch goes is written in the supergraph and nowhere else. */
async function post(
  pool: Pool,
  path: string,
  { body, headers, signal }: SubgraphRequest,
): Promise<SubgraphResponse> {
  const response = await pool.request({
    method: 'POST',
    path,
    headers: {
      ...headers,
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json;q=0.9',
    },
    body,
    signal,
  })
  if (!isPlainJson(response)) {
    // A body thrown away reports an error of its own; without a listener it would end the process.
    response.body.on('error', () => {}).destroy()
    throw new UnreadableSubgraph('no plain JSON')
  }
  return { status: response.statusCode, body: Buffer.from(await response.body.arrayBuffer()) }
}

/** No encoding was asked for: whoever sends one anyway may send a decompression bomb. */
const isPlainJson = ({ headers }: Dispatcher.ResponseData): boolean =>
  headers['content-encoding'] === undefined && JSON_TYPE.test(String(headers['content-type']))

const JSON_TYPE = /^application\/(graphql-response\+)?json\s*(;|$)/i
