import { type Access, createAccess } from '@kilde/feed'
import { holdingsAudience, holdingsPath, holdingsScope, LocateError } from '@kilde/locate'
import type { Server } from '@kilde/service'
import { createRequestVerifier } from '@kilde/trust'
import type { SharedParts } from '../tenant.js'
import type { Holdings } from './publisher.js'

export interface HoldingsRoute {
  readonly prefix: string
  readonly holdings: Holdings | undefined
  readonly access: Access
  /** Clients that are gateways to this organisation: nobody else is given a filter, whatever the issuer lets them ask for. */
  readonly gatewayClients: readonly string[]
}

/** Where gateways of this organisation fetch its filters. */
export function addHoldings({ app }: Server, route: HoldingsRoute): void {
  const { prefix, holdings, access, gatewayClients } = route
  app.get(`${prefix}${holdingsPath(':dataClass')}`, async (request, reply) => {
    const { clientId } = await access(request, reply)
    if (!gatewayClients.includes(clientId)) throw new LocateError('HOLDINGS_FORBIDDEN')
    const { dataClass } = request.params as { readonly dataClass: string }
    const filter = holdings?.of(dataClass)
    if (filter === undefined) throw new LocateError('HOLDINGS_NONE')
    return reply.type('application/jose').header('cache-control', 'no-store').send(filter)
  })
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
