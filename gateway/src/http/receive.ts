import { randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Received } from '../path/stage.js'

/** What of a client's headers is passed on to subgraphs, by lower-case name. */
export type ForwardedHeaders = Readonly<Record<string, string>>

/** A request as it came in, with the named headers for subgraphs that are to get them. */
export interface ReceivedRequest extends Received {
  readonly forwarded: ForwardedHeaders
}

export interface ReceiveOptions {
  readonly now: () => number
  /** Names of headers that some subgraph gets. */
  readonly headers: readonly string[]
  /** The trace that the request is told in, where it is. Default: the client's, or a new one. */
  readonly traceparent?: () => string | undefined
}

export function receive(
  request: FastifyRequest,
  reply: FastifyReply,
  { now, headers: names, traceparent: own }: ReceiveOptions,
): ReceivedRequest {
  const { headers } = request
  return {
    requestId: request.id,
    receivedAtMs: now(),
    authorization: headers.authorization,
    dpop: onlyOne(headers['dpop']),
    signature: onlyOne(headers['kilde-signature']),
    traceparent: own?.() ?? traceparent(headers['traceparent']) ?? newTraceparent(),
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    remote: request.ip,
    signal: leaving(reply),
    forwarded: forwardedOf(headers, names),
    lastEventId: onlyOne(headers['last-event-id']),
  }
}

/** Node joins repeated headers with a comma, which no proof holds: two proofs thereby fail as malformed (RFC 9449 §4.3). */
const onlyOne = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(', ') : value

/** W3C Trace Context, checked: it is passed on to every source. */
const traceparent = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'string' && /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(value)
    ? value
    : undefined

/** Every request has a trace: by it the logs of gateway and organisations tell which of their records belong together. */
const newTraceparent = (): string =>
  `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`

function forwardedOf(
  headers: FastifyRequest['headers'],
  names: readonly string[],
): ForwardedHeaders {
  const found = names.flatMap((name) => {
    const value = onlyOne(headers[name])
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(found)
}

/** Aborts when the client goes away before its answer: the sources are then let off. */
function leaving(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort(new Error('the client left'))
  })
  return controller.signal
}
