import cors from '@fastify/cors'
import { sendEvents } from '@kilde/feed'
import { type Server, ServiceError } from '@kilde/service'
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify'
import { GatewayError } from '../errors.js'
import { completeEvent, type EventReply, nextEvent } from '../live/events.js'
import { type LoadBounds, leaveForStream, shedLoad } from '../rates/shed-load.js'
import { isJson, type MediaType, negotiate, wantsEvents } from './media-types.js'
import { type ReceivedRequest, type ReceiveOptions, receive } from './receive.js'
import { errorReply, type Reply } from './reply.js'

/**
 * Lets pages of the named origins ask from a browser. No cookies: what gives access is the token with its proof, which a page
 * sends itself.
 */
export async function allowOrigins({ app }: Server, origins: readonly string[]): Promise<void> {
  await app.register(cors, {
    origin: [...origins],
    methods: ['POST'],
    allowedHeaders: [
      ...['authorization', 'content-type', 'dpop', 'kilde-signature', 'traceparent'],
      'last-event-id',
    ],
    exposedHeaders: ['www-authenticate', 'x-request-id', 'dpop-nonce'],
    credentials: false,
    maxAge: 600,
  })
}

/** Answers one request; `accepted` is the media type that its answer will have. */
export type Handle = (request: ReceivedRequest, accepted: MediaType) => Promise<Reply>

export interface StreamRoute {
  readonly handle: (request: ReceivedRequest) => Promise<EventReply | Reply>
  /** Whole time for a client to take one event (milliseconds). */
  readonly slowMs: number
  /** Called when a stream is over and on the record: its client may have left long before. */
  readonly ended: () => void
}

export interface GraphqlRoute extends ReceiveOptions {
  readonly handle: Handle
  readonly load: LoadBounds
  /** Answers as a stream of events. Without it there is none. */
  readonly stream?: StreamRoute
  /** Answers queries that stand in the address. Without it they are refused: an address gets into logs. */
  readonly handleGet?: (search: URLSearchParams, ...args: Parameters<Handle>) => Promise<Reply>
}

/** `/graphql`, by GraphQL over HTTP (docs/federation.md). */
export function addGraphqlRoute({ app }: Server, route: GraphqlRoute): void {
  void app.register(async (scope) => {
    await shedLoad(scope, route.load)
    takeJsonOnly(scope)
    scope.post('/graphql', async (request, reply) => {
      if (route.stream && wantsEvents(request.headers.accept)) {
        return stream(
          reply,
          await route.stream.handle({ ...receive(request, reply, route), takesEvents: true }),
          route.stream,
        )
      }
      const accepted = acceptedBy(request)
      const received = receive(request, reply, route)
      return send(reply, await route.handle(received, accepted), accepted)
    })
    if (route.handleGet) addGet(scope, route, route.handleGet)
    refuseMethods(scope, route.handleGet ? ['PUT', 'PATCH', 'DELETE'] : [...OTHERS])
  })
}

const OTHERS = ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'] as const satisfies readonly HTTPMethods[]

function addGet(
  scope: FastifyInstance,
  route: GraphqlRoute,
  handleGet: NonNullable<GraphqlRoute['handleGet']>,
): void {
  scope.get('/graphql', async (request, reply) => {
    const accepted = acceptedBy(request)
    const { searchParams } = new URL(request.url, 'http://host.invalid')
    const received = receive(request, reply, route)
    return send(reply, await handleGet(searchParams, received, accepted), accepted)
  })
}

function refuseMethods(scope: FastifyInstance, methods: HTTPMethods[]): void {
  scope.route({
    method: methods,
    url: '/graphql',
    handler: async (_request, reply) =>
      send(reply, errorReply(new ServiceError('METHOD_NOT_ALLOWED')), 'application/json'),
  })
}

/** Any body gets as far as this, so that the wrong type is said to be that, before it is read. */
function takeJsonOnly(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  scope.addHook('onRequest', async ({ method, headers }) => {
    if (method !== 'POST') return
    // A compressed body may be a bomb, and is never inflated.
    if (!isJson(headers['content-type']) || isEncoded(headers['content-encoding'])) {
      throw new GatewayError('MEDIA_TYPE_NOT_SUPPORTED')
    }
  })
}

const isEncoded = (encoding: string | undefined): boolean =>
  encoding !== undefined && encoding.toLowerCase() !== 'identity'

function acceptedBy({ headers }: FastifyRequest): MediaType {
  const accepted = negotiate(headers.accept)
  if (accepted === undefined) throw new GatewayError('NOT_ACCEPTABLE')
  return accepted
}

/** What is wrong with the operation itself is told as its result, as the protocol has it; every other refusal by its status. */
function stream(
  reply: FastifyReply,
  answer: EventReply | Reply,
  { slowMs, ended }: StreamRoute,
): FastifyReply {
  leaveForStream(reply)
  if ('events' in answer) return sendEvents(reply, untilEnded(answer.events, ended), slowMs)
  if (answer.status !== 400) return send(reply, answer, 'application/json')
  return sendEvents(reply, [nextEvent(answer.body), completeEvent], slowMs)
}

async function* untilEnded(
  events: AsyncIterable<string>,
  ended: () => void,
): AsyncGenerator<string> {
  try {
    yield* events
  } finally {
    ended()
  }
}

function send(
  reply: FastifyReply,
  { status, headers, body }: Reply,
  accepted: MediaType,
): FastifyReply {
  if (status === 405) reply.header('allow', 'POST')
  return reply
    .code(status)
    .headers({ ...headers, 'content-type': `${accepted}; charset=utf-8` })
    .send(body)
}
