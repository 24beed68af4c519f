import type { LocatedProvider } from '@kilde/catalogue'
import type { ProofSigner } from '@kilde/trust'
import { Pool } from 'undici'
import type { EndSignal } from './ending.js'
import { AnswerReceiver, type SourceResponse } from './receive-answer.js'

export type { SourceResponse } from './receive-answer.js'
export { UnreadableAnswer } from './source-fault.js'

/** One request to one source: the same body for all, own token and proof for each. */
export interface SourceRequest {
  readonly provider: LocatedProvider
  /** Which of the provider's base URLs: its own endpoint, or one of its replicas. */
  readonly endpoint: string
  readonly body: Uint8Array
  readonly token: string
  /** Ends the request: the deadline, the client that left, or another replica that was faster. */
  readonly signal: EndSignal
  /** Called with the first byte of an answer. */
  readonly onAnswering?: (() => void) | undefined
}

/** Connections to sources: a pool for each, so that none can use up what another needs. */
export interface SourceClient {
  /** Asks once. @throws SourceFault, UnreadableAnswer, or the reason of the signal */
  ask(request: SourceRequest): Promise<SourceResponse>
  /** Ends the connections to all others once what is under way on them is done. */
  retain(sources: Iterable<SourceAddress>): void
  close(): Promise<void>
}

export type SourceAddress = Pick<LocatedProvider, 'number'> & {
  readonly endpoint?: string | undefined
  readonly replicas?: readonly string[] | undefined
}

export interface SourceClientOptions {
  readonly proof: ProofSigner
  /** Largest answer of one source (bytes). */
  readonly maxResponseBytes: number
  /** Longest wait for a connection (milliseconds). */
  readonly connectTimeoutMs: number
  /** Most connections to one source. */
  readonly connections: number
}

interface Line {
  readonly pool: Pool
  readonly url: string
  readonly path: string
}

export function createSourceClient(options: SourceClientOptions): SourceClient {
  const lines = new Map<string, Line>()
  const leaving = new Set<Pool>()
  const lineOf = (key: string, endpoint: string): Line => {
    const line = lines.get(key) ?? openLine(endpoint, options)
    lines.set(key, line)
    return line
  }
  return {
    async ask(request) {
      if (request.signal.aborted) throw request.signal.reason
      return send(
        lineOf(keyOf(request.provider.number, request.endpoint), request.endpoint),
        request,
        options,
      )
    },
    retain(sources) {
      const kept = new Set([...sources].flatMap(keysOf))
      for (const [key, { pool }] of lines) {
        if (kept.has(key)) continue
        lines.delete(key)
        leaving.add(pool)
        // What is under way is bounded by its own deadline.
        void pool.close().finally(() => leaving.delete(pool))
      }
    },
    async close() {
      const pools = [...[...lines.values()].map(({ pool }) => pool), ...leaving]
      await Promise.all(pools.map((pool) => pool.destroy()))
    },
  }
}

/** Two organisations at one address are two sources: a burst to one must not wait for the other's connections. */
const keyOf = (organization: string, endpoint: string): string => `${organization} ${endpoint}`

const keysOf = ({ number, endpoint, replicas = [] }: SourceAddress): string[] =>
  [...(endpoint === undefined ? [] : [endpoint]), ...replicas].map((url) => keyOf(number, url))

function openLine(endpoint: string, options: SourceClientOptions): Line {
  const url = `${endpoint}/graphql`
  const { origin, pathname } = new URL(url)
  const pool = new Pool(origin, {
    connections: options.connections,
    pipelining: 1,
    connectTimeout: options.connectTimeoutMs,
    // The signal is the one clock: a slow drip must not restart anything.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  return { pool, url, path: pathname }
}

/** `dispatch` costs about a quarter less than `request`, which makes a stream of each body. */
function send(
  { pool, url, path }: Line,
  { body, token, signal, onAnswering }: SourceRequest,
  { proof, maxResponseBytes }: SourceClientOptions,
): Promise<SourceResponse> {
  const receiver = new AnswerReceiver({ maxBytes: maxResponseBytes, end: signal, onAnswering })
  const headers = [
    'content-type',
    'application/json',
    'accept',
    'application/json',
    'authorization',
    `DPoP ${token}`,
    'dpop',
    proof.sign({ method: 'POST', url, accessToken: token, body }),
  ]
  pool.dispatch({ method: 'POST', path, headers, body }, receiver)
  return receiver.response
}
