import { type Access, createAccess, openStream } from '@kilde/feed'
import {
  holdingsAudience,
  holdingsPath,
  holdingsScope,
  holdingsStreamPath,
  LocateError,
} from '@kilde/locate'
import type { Server } from '@kilde/service'
import { createRequestVerifier } from '@kilde/trust'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SharedParts } from '../tenant.js'
import type { Holdings } from './publisher.js'

export interface HoldingsRoute {
  readonly prefix: string
  readonly holdings: Holdings | undefined
  readonly access: Access
  /** Clients that are gateways to this organisation: nobody else is given a filter, whatever the issuer lets them ask for. */
  readonly gatewayClients: readonly string[]
}

/** Where gateways of this organisation fetch its filters, and hear which of them hold. */
export function addHoldings({ app }: Server, route: HoldingsRoute): void {
  const { prefix, holdings } = route
  app.get(`${prefix}${holdingsStreamPath}`, async (request, reply) => {
    const clientId = await gatewayOf(route, request, reply)
    if (!holdings) throw new LocateError('HOLDINGS_NONE')
    holdings.words.requireRoom()
    const stream = openStream(reply)
    stream.onEnd(holdings.words.listen({ ...stream, clientId }))
    return reply
  })
  app.get(`${prefix}${holdingsPath(':dataClass')}`, async (request, reply) => {
    await gatewayOf(route, request, reply)
    const { dataClass } = request.params as { readonly dataClass: string }
    const filter = holdings?.of(dataClass)
    if (filter === undefined) throw new LocateError('HOLDINGS_NONE')
    return reply.type('application/jose').header('cache-control', 'no-store').send(filter)
  })
}

async function gatewayOf(
  { access, gatewayClients }: HoldingsRoute,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string> {
  const { clientId } = await access(request, reply)
  if (!gatewayClients.includes(clientId)) throw new LocateError('HOLDINGS_FORBIDDEN')
  return clientId
}

/** Lets machine clients through whose token is for filters. One for all organisations of a process. */
export function holdingsAccess(shared: SharedParts, publicUrl: string): Access {
  const { issuer, keys, store, nonces, clockSkewSeconds, proofLifeSeconds, now, security } = shared
  return createAccess({
    security,
    baseUrl: () => publicUrl,
    verifier: createRequestVerifier({
      ...{ issuer, keys, replay: store, clockSkewSeconds, proofLifeSeconds, now },
      ...(nonces && { nonces }),
      audience: holdingsAudience,
      requiredScope: holdingsScope,
      accept: ['system'],
    }),
  })
}
