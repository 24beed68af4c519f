import type { LocatedProvider } from '@kilde/catalogue'
import type { ProofSigner } from '@kilde/trust'
import { type Dispatcher, Pool } from 'undici'
import type { EndSignal } from './ending.js'

/** One request to one source: the same body for all, own token and proof for each. */
export interface SourceRequest {
  readonly provider: LocatedProvider
  readonly body: Uint8Array
  readonly token: string
  /** Ends the request: the source's deadline, or the client that left. */
  readonly signal: EndSignal
}

export interface SourceResponse {
  readonly status: number
  readonly body: Buffer
}

/** Connections to sources: one pool each, closed together. */
export interface SourceClient {
  ask(request: SourceRequest): Promise<SourceResponse>
  close(): Promise<void>
}

export interface SourceClientOptions {
  readonly proof: ProofSigner
  /** Largest answer of one source (bytes). */
  readonly maxResponseBytes: number
  /** Longest wait for a connection (milliseconds). */
  readonly connectTimeoutMs: number
}

/** The answer of a source is not in a form that can be read safely. */
export class UnreadableAnswer extends Error {
  readonly reason: 'RESPONSE_TOO_LARGE' | 'RESPONSE_MALFORMED'
  constructor(reason: UnreadableAnswer['reason']) {
    super(reason)
    this.name = 'UnreadableAnswer'
    this.reason = reason
  }
}

export function createSourceClient(options: SourceClientOptions): SourceClient {
  const pools = new Map<string, Pool>()
  const poolOf = (origin: string): Pool => {
    const known = pools.get(origin)
    if (known) return known
    const pool = new Pool(origin, {
      connections: 32,
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
    ask: (request) => ask(poolOf(new URL(graphqlUrl(request.provider)).origin), request, options),
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()))
    },
  }
}

const graphqlUrl = (provider: LocatedProvider): string => `${provider.endpoint}/graphql`

async function ask(
  pool: Pool,
  request: SourceRequest,
  options: SourceClientOptions,
): Promise<SourceResponse> {
  const url = graphqlUrl(request.provider)
  const { body, token, signal } = request
  const response = await pool.request({
    method: 'POST',
    path: new URL(url).pathname,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      authorization: `DPoP ${token}`,
      dpop: options.proof.sign({ method: 'POST', url, accessToken: token, body }),
    },
    body,
    signal: signal as AbortSignal,
  })
  if (!isPlainJson(response)) {
    // A body thrown away reports an error of its own; without a listener it would end the process.
    response.body.on('error', () => {}).destroy()
    throw new UnreadableAnswer('RESPONSE_MALFORMED')
  }
  return { status: response.statusCode, body: Buffer.from(await response.body.arrayBuffer()) }
}

/** No encoding was asked for: whoever sends one anyway may send a decompression bomb. Of a refusal only the status must be read. */
function isPlainJson({ statusCode, headers }: Dispatcher.ResponseData): boolean {
  if (headers['content-encoding'] !== undefined) return false
  return statusCode !== 200 || JSON_TYPE.test(String(headers['content-type']))
}

const JSON_TYPE = /^application\/(graphql-response\+)?json\s*(;|$)/i
