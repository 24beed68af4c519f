import type { RequestVerifier } from '@kilde/trust'
import { GatewayError } from '../errors.js'
import type { Authenticated, Received } from './stage.js'

/**
 * Who asks, for whom, on what ground: access token by HelseID's profile, proof of possession, attest or citizen claim.
 * Runs before Apollo sees anything of the request.
 * @throws TrustError
 */
export function createAuthenticate(
  verifier: RequestVerifier,
  graphqlUrl: string,
): (request: Received) => Promise<Authenticated> {
  return async (request) => {
    const caller = await verifier.verify({
      authorization: request.authorization,
      dpop: request.dpop,
      method: 'POST',
      url: graphqlUrl,
      body: request.body,
    })
    // The verifier accepts no machine clients here; this tells the type, and denies if that ever changes.
    if (caller.kind === 'system') throw new GatewayError('REQUEST_MALFORMED')
    return { ...request, requester: caller }
  }
}
