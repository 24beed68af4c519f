import type { LocatedProvider } from '@kilde/catalogue'
import type { ProofSigner } from '@kilde/trust'
import type { EndSignal } from './ending.js'
import { Line } from './line.js'
import { AnswerReceiver, type SourceResponse } from './receive-answer.js'
import { createSourceConnect, type Resolve } from './source-connect.js'

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

/** Connections to sources: each has its own, so that none can use up what another needs. */
export interface SourceClient {
  /** Asks once. @throws SourceFault, UnreadableAnswer, or the reason of the signal */
  ask(request: SourceRequest): Promise<SourceResponse>
  /** Ends the connections to all others, once what is under way on them is done. */
  retain(sources: Iterable<SourceAddresses>): void
  close(): Promise<void>
}

/** Where an organisation is, as the registry says. */
export type SourceAddresses = Pick<LocatedProvider, 'number'> & {
  readonly endpoint?: string | undefined
  readonly replicas?: readonly string[] | undefined
}

export interface SourceClientOptions {
  readonly proof: Pick<ProofSigner, 'sign'>
  /** Largest answer of one source (bytes). */
  readonly maxResponseBytes: number
  /** Longest wait for a connection (milliseconds). */
  readonly connectTimeoutMs: number
  /** Whether sources without TLS are left unasked. Default false. */
  readonly httpsOnly?: boolean
  /** How names of sources are resolved. Default: as the machine does. */
  readonly resolve?: Resolve
  /** W3C `traceparent` of the asking. Default: none is sent. */
  readonly traceparent?: () => string | undefined
}

export function createSourceClient(options: SourceClientOptions): SourceClient {
  const lines = new Map<string, Line>()
  const leaving = new Set<Line>()
  const { connectTimeoutMs, httpsOnly, resolve } = options
  const connector = createSourceConnect({ timeoutMs: connectTimeoutMs, httpsOnly, resolve })
  const lineOf = (organization: string, endpoint: string): Line => {
    const key = keyOf(organization, endpoint)
    const known = lines.get(key)
    if (known) return known
    const line = new Line(endpoint, connector)
    lines.set(key, line)
    return line
  }
  return {
    async ask(request) {
      if (request.signal.aborted) throw request.signal.reason
      const line = lineOf(request.provider.number, request.endpoint)
      const before = line.nonce
      const response = await sendOnce(line, request, options)
      if (!response.wantsNonce || line.nonce === before) return response
      return sendOnce(line, request, options)
    },
    retain(sources) {
      const kept = new Set([...sources].flatMap(keysOf))
      for (const line of leaving) if (line.isIdle) leaving.delete(line)
      for (const [key, line] of lines) {
        if (kept.has(key)) continue
        lines.delete(key)
        leaving.add(line)
        line.leave()
      }
    },
    async close() {
      await Promise.all([...lines.values(), ...leaving].map((line) => line.destroy()))
    },
  }
}

/** Two organisations at one address are two sources: a burst to one must not wait for the other's connections. */
const keyOf = (organization: string, endpoint: string): string => `${organization} ${endpoint}`

const keysOf = ({ number, endpoint, replicas = [] }: SourceAddresses): string[] =>
  [...(endpoint === undefined ? [] : [endpoint]), ...replicas].map((url) => keyOf(number, url))

async function sendOnce(
  line: Line,
  request: SourceRequest,
  options: SourceClientOptions,
): Promise<SourceResponse> {
  const response = await send(line, request, options)
  line.nonce = response.nonce ?? line.nonce
  return response
}

/** `dispatch` costs about a quarter less than `request`, which makes a stream of each body. */
function send(
  line: Line,
  { body, token, signal, onAnswering }: SourceRequest,
  { proof, maxResponseBytes, traceparent }: SourceClientOptions,
): Promise<SourceResponse> {
  const { path, url, nonce } = line
  const client = line.take()
  const receiver = new AnswerReceiver({
    maxBytes: maxResponseBytes,
    end: signal,
    onAnswering,
    release: (whole) => line.give(client, whole),
  })
  const headers = [
    'content-type',
    'application/json',
    'accept',
    'application/json',
    'authorization',
    `DPoP ${token}`,
    'dpop',
    proof.sign({ method: 'POST', url, accessToken: token, body, ...(nonce && { nonce }) }),
  ]
  const trace = traceparent?.()
  if (trace !== undefined) headers.push('traceparent', trace)
  client.dispatch({ method: 'POST', path, headers, body }, receiver)
  return receiver.response
}
