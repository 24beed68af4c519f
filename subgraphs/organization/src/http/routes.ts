import { sendEvents } from '@kilde/feed'
import { availabilityPath } from '@kilde/locate'
import { type KildeError, type Server, ServiceError, toKildeError } from '@kilde/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { LiveReply } from '../live/handle-live.js'
import type { Received, Reply } from '../path/stage.js'
import { errorReply } from './reply.js'

/** Largest question (bytes): it may hold the requester's own request and token beside the gateway's. */
const QUESTION_BYTES = 400_000

/** Largest question whether anything is held (bytes). */
const PROBE_BYTES = 8_192

/** Whole time for a gateway to take one event of a stream (milliseconds). */
const SLOW_MS = 30_000

type Handle = (received: Received) => Promise<Reply>
type HandleLive = (received: Received) => Promise<Reply | LiveReply>

export interface TenantRoutes {
  /** Empty, or `/<organisation number>` of a hosted organisation. */
  readonly prefix: string
  readonly question: Handle
  readonly availability: Handle
  readonly live: HandleLive
  readonly bundle: Handle
  /** What is answered at `/fhir` to a request that never reached its handler. */
  readonly fault: (error: KildeError) => Reply
  /** Largest Bundle (bytes). */
  readonly bundleBytes: number
}

/** The addresses of an organisation. POST only: patients never stand in a URL. */
export function addTenantRoutes({ app }: Server, routes: TenantRoutes): void {
  const { prefix, question, availability, live, bundle, fault, bundleBytes } = routes
  const answer = (handle: Handle) => async (request: FastifyRequest, reply: FastifyReply) =>
    send(reply, await handle(receive(request, reply)))
  app.post(`${prefix}/graphql`, { bodyLimit: QUESTION_BYTES }, answer(question))
  app.post(`${prefix}${availabilityPath}`, { bodyLimit: PROBE_BYTES }, answer(availability))
  app.post(`${prefix}/live`, { bodyLimit: QUESTION_BYTES }, async (request, reply) => {
    const answer = await live(receive(request, reply))
    return 'events' in answer ? sendEvents(reply, answer.events, SLOW_MS) : send(reply, answer)
  })
  app.post(
    `${prefix}/fhir`,
    {
      bodyLimit: bundleBytes,
      // What goes wrong before the handler, e.g. a body that is too large, is told in FHIR too.
      errorHandler: (error, _request, reply) => void send(reply, fault(toKildeError(error))),
    },
    answer(bundle),
  )
  for (const path of ['graphql', 'fhir', 'availability', 'live']) {
    app.route({
      method: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'],
      url: `${prefix}/${path}`,
      handler: async (_request, reply) =>
        send(reply.header('allow', 'POST'), errorReply(new ServiceError('METHOD_NOT_ALLOWED'))),
    })
  }
}

function send(reply: FastifyReply, { status, headers, body }: Reply): FastifyReply {
  return reply.code(status).headers(headers).send(body)
}

function receive(request: FastifyRequest, reply: FastifyReply): Received {
  const { headers, id, body, ip } = request
  return {
    requestId: id,
    authorization: headers.authorization,
    dpop: onlyOne(headers['dpop']),
    body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
    remote: ip,
    signal: leaving(reply),
  }
}

/** Repeated headers joined by a comma, which no proof holds: two proofs thereby fail as malformed (RFC 9449 §4.3). */
const onlyOne = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(', ') : value

/** Aborts when the client goes away before its answer. */
function leaving(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort(new Error('the client left'))
  })
  return controller.signal
}
