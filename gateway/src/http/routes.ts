import cors from '@fastify/cors'
import { type Server, ServiceError } from '@kilde/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Received } from '../path/stage.js'
import { errorReply, type Reply } from './reply.js'

/**
 * Lets pages of the named origins ask from a browser. No cookies: what gives access is the token with its proof, which a page
 * sends itself.
 */
export async function allowOrigins({ app }: Server, origins: readonly string[]): Promise<void> {
  await app.register(cors, {
    origin: [...origins],
    methods: ['POST'],
    allowedHeaders: ['authorization', 'content-type', 'dpop', 'traceparent'],
    exposedHeaders: ['www-authenticate', 'x-request-id'],
    credentials: false,
    maxAge: 600,
  })
}

/** `/graphql`, POST only: patients never stand in a URL, so that no log of addresses can hold one. */
export function addGraphqlRoute(
  server: Server,
  handle: (request: Received) => Promise<Reply>,
  now: () => number,
): void {
  const { app } = server
  app.post('/graphql', async (request, reply) =>
    send(reply, await handle(receive(request, reply, now))),
  )
  app.route({
    method: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'],
    url: '/graphql',
    handler: async (_request, reply) => {
      reply.header('allow', 'POST')
      return send(reply, errorReply(new ServiceError('METHOD_NOT_ALLOWED')))
    },
  })
}

function send(reply: FastifyReply, { status, headers, body }: Reply): FastifyReply {
  return reply.code(status).headers(headers).send(body)
}

function receive(request: FastifyRequest, reply: FastifyReply, now: () => number): Received {
  const { headers } = request
  return {
    requestId: request.id,
    receivedAtMs: now(),
    authorization: headers.authorization,
    dpop: onlyOne(headers['dpop']),
    traceparent: traceparent(headers['traceparent']),
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    remote: request.ip,
    signal: leaving(reply),
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

/** Aborts when the client goes away before its answer: the sources are then let off. */
function leaving(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort(new Error('the client left'))
  })
  return controller.signal
}
