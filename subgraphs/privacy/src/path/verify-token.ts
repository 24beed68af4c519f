import { parsePatientIdentifier } from '@kilde/contract'
import type { Access } from '@kilde/feed'
import { TrustError } from '@kilde/trust'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Verified } from './stage.js'

/**
 * Token, proof and the proof's digest of this body hold. Whose settings are meant stands in the token alone: the caller's own,
 * or those of the one person represented. No number of a person is ever a parameter of a request for one's own.
 */
export function createVerifyToken(access: Access) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<Verified> => {
    const caller = await access(request, reply)
    // The verifier accepts no others here; this tells the compiler, and would hold if it did.
    if (caller.kind !== 'citizen') throw new TrustError('CALLER_KIND_NOT_ACCEPTED')
    const person = parsePatientIdentifier(caller.onBehalfOf ?? caller.pid)
    return { requestId: request.id, caller, person }
  }
}
