import { setTimeout as pause } from 'node:timers/promises'
import type { Server as TlsServer } from 'node:tls'
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import { type Connections, trackConnections } from './connections.js'
import { type KildeError, ServiceError } from './errors.js'
import { followTls } from './follow-tls.js'
import type { Operation } from './health/operation.js'
import type { PartHealth } from './health/part.js'
import { addHealth } from './health/routes.js'
import type { Logger } from './logger.js'
import { newRequestId } from './request-id.js'
import { noTelemetry, type Telemetry } from './telemetry/telemetry.js'
import { traceRequests } from './telemetry/trace-requests.js'
import { readTls, type TlsFiles } from './tls.js'
import { toKildeError } from './to-kilde-error.js'
import { addSecurityHeaders, cutSlow, refuseDoubles, refuseMalformed } from './wire.js'

export interface ServerOptions {
  readonly logger: Logger
  /** Largest request body (bytes). */
  readonly bodyLimitBytes: number
  /** Parts that must be well for this service to be ready. Asked on every `/health/ready`. */
  readonly health: () => readonly PartHealth[]
  /** Whole time for receiving one request (milliseconds). Default 10 000 (10 seconds). */
  readonly requestTimeoutMs?: number
  /** Whole time for a client to take an answer that is ready (milliseconds). Default 30 000 (30 seconds). Streams are exempt. */
  readonly responseTimeoutMs?: number
  /** Speaks https with these. Default: plain http. */
  readonly tls?: TlsFiles | undefined
  /** What the service tells of its work. Default: nothing. */
  readonly telemetry?: Telemetry | undefined
  /** Who may look at the parts, and how the service ends. Default: nobody, and at once. */
  readonly operation?: Operation | undefined
  /** Longest URL path (characters). Default 512. */
  readonly maxParamLength?: number
}

/** An HTTP server with what every Kilde service has in common: limits, health, masked errors, graceful stop. */
export interface Server {
  readonly app: FastifyInstance
  /** Starts listening; port 0 picks a free one. Answers the address, e.g. `http://127.0.0.1:4000`. */
  listen(port: number, host: string): Promise<string>
  /**
   * Says that it is not ready and goes on answering, so that whoever balances loads has time to notice; resolves when that time
   * is over. Clients are told with each answer to connect anew.
   */
  drain(): Promise<void>
  /** Stops taking requests, lets those under way finish for at most `graceMs`, then cuts them. */
  stop(graceMs?: number): Promise<void>
}

export function createServer(options: ServerOptions): Server {
  const { requestTimeoutMs = 10_000, responseTimeoutMs = 30_000, tls, logger } = options
  const app = createApp(options, requestTimeoutMs)
  const endTls = tls && followTls(app.server as unknown as TlsServer, { files: tls, logger })
  const connections = trackConnections(app, tls !== undefined)
  // First, so that whatever is refused below has a span too.
  traceRequests(app, options.telemetry ?? noTelemetry)
  const stopping = refuseWhenStopping(app)
  let draining = false
  keepRawJson(app)
  app.addHook('onRequest', async ({ raw }) => refuseDoubles(raw.rawHeaders))
  app.addHook('onSend', async (request, reply, payload) => {
    reply.header('x-request-id', request.id)
    addSecurityHeaders(reply)
    // One that is kept alive would come back here, however many others are ready.
    if (draining) reply.header('connection', 'close')
    if (typeof payload === 'string' || Buffer.isBuffer(payload)) cutSlow(reply, responseTimeoutMs)
  })
  app.setNotFoundHandler((_request, reply) => sendError(reply, new ServiceError('NOT_FOUND')))
  app.setErrorHandler((error: FastifyError, request, reply) =>
    sendError(reply, toKildeError(error), () => logFault(logger, request, error)),
  )
  const { health, operation } = options
  addHealth(app, { health, operation, stopping: () => draining || stopping() })
  return {
    app,
    listen: (port, host) => app.listen({ port, host }),
    drain: async () => {
      draining = true
      await pause(operation?.drainMs ?? 0, undefined, { ref: false })
    },
    stop: (graceMs = 10_000) => {
      endTls?.()
      return stop(app, connections, graceMs)
    },
  }
}

function createApp(options: ServerOptions, requestTimeoutMs: number): FastifyInstance {
  const times = {
    headersTimeout: requestTimeoutMs,
    // Node looks for what is late every 30 s otherwise: a slow client would have four times the time it is given.
    connectionsCheckingInterval: Math.min(1_000, requestTimeoutMs),
  }
  const common = {
    // No request log: a URL may hold what its sender should not have put there; it is never logged or echoed.
    logger: false,
    bodyLimit: options.bodyLimitBytes,
    requestTimeout: requestTimeoutMs,
    clientErrorHandler: refuseMalformed,
    forceCloseConnections: 'idle',
    // Refused below with a code of ours.
    return503OnClosing: false,
    routerOptions: { maxParamLength: options.maxParamLength ?? 512 },
    genReqId: newRequestId,
  } as const
  if (!options.tls) return fastify({ ...common, http: times })
  const https = {
    ...times,
    ...readTls(options.tls),
    minVersion: 'TLSv1.2',
    handshakeTimeout: requestTimeoutMs,
  } as const
  // Its server differs for the types alone: routes see the same requests.
  return fastify({ ...common, https }) as unknown as FastifyInstance
}

/** JSON bodies reach handlers as bytes: signatures and digests are over bytes, and each border parses for itself. */
function keepRawJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    ['application/json', 'application/fhir+json', 'application/x-www-form-urlencoded'],
    { parseAs: 'buffer' },
    (_request, body, done) => done(null, body),
  )
}

/** A connection that is kept alive may bring another request after the service began to stop. */
function refuseWhenStopping(app: FastifyInstance): () => boolean {
  let stopping = false
  app.addHook('preClose', async () => {
    stopping = true
  })
  app.addHook('onRequest', async (request) => {
    if (stopping && !request.url.startsWith('/health/')) throw new ServiceError('STOPPING')
  })
  return () => stopping
}

function sendError(reply: FastifyReply, error: KildeError, log?: () => void): FastifyReply {
  if (error.status >= 500) log?.()
  return reply
    .code(error.status)
    .type('application/json; charset=utf-8')
    .send({ errors: [{ message: error.publicText, extensions: { code: error.code } }] })
}

function logFault(logger: Logger, request: FastifyRequest, error: unknown): void {
  const fault = error instanceof Error ? error : new Error('not an Error')
  logger.error(
    { requestId: request.id, code: (error as { code?: string }).code, stack: fault.stack },
    'request failed',
  )
}

async function stop(
  app: FastifyInstance,
  connections: Connections,
  graceMs: number,
): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), graceMs)
  const closed = app.close()
  connections.end()
  await closed.finally(() => clearTimeout(cut))
}
