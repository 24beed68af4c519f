import type { Allowances, RequesterEvidence } from '@kilde/trust/context'
import { readBody } from '../question/body.js'
import { readSignedRequest } from '../question/signed/signed-request.js'
import type { Attributed, Verified } from './stage.js'

export interface ContextParts {
  readonly evidence: RequesterEvidence
  readonly allowances: Allowances
}

/**
 * What the requester signed, where the gateway passed it on: by the requester's own key, over that very document and those
 * variables, not long ago. It narrows what may be asked and is never a ground for access.
 * @throws OrganizationError `REQUEST_MALFORMED`, ContextError
 */
export function createVerifyContext({
  evidence,
  allowances,
}: ContextParts): (request: Verified) => Promise<Attributed> {
  return async (request) => {
    const said = readBody(request.body)
    if (!said.request) return { ...request, said, signed: undefined }
    const signature = await evidence.check(said.request, request.caller)
    const operation = readSignedRequest(said.request.body)
    const allowance = allowances(signature)
    return { ...request, said, signed: { ...operation, allowance, id: signature.jti } }
  }
}
