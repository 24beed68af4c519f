import { type RequestVerifier, TrustError } from '@kilde/trust'
import type { Received, Verified } from './stage.js'

/**
 * The node trusts nobody's word: token, proof of possession, attest, and the proof's digest of this very body.
 * `url` is this address as configured, never as the request claims it.
 */
export function createVerifyToken(
  verifier: RequestVerifier,
  url: string,
): (request: Received) => Promise<Verified> {
  return async (request) => {
    const { authorization, dpop, body } = request
    const caller = await verifier.verify({ authorization, dpop, body, method: 'POST', url })
    // The verifier accepts no machine clients here; this tells the compiler, and would hold if it did.
    if (caller.kind === 'system') throw new TrustError('USER_REQUIRED')
    return { ...request, caller }
  }
}
