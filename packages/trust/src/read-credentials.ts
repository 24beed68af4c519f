import { TrustError } from './errors.js'
import type { SignedRequest } from './verify-request.js'

export interface Credentials {
  readonly accessToken: string
  readonly proof: string
}

/** Token and proof as they were sent. A service never takes a DPoP token without its proof, nor Bearer beside DPoP (HelseID). */
export function readCredentials(request: SignedRequest): Credentials {
  const { authorization, dpop } = request
  if (authorization === undefined || authorization === '') throw new TrustError('TOKEN_MISSING')
  const [, scheme = '', accessToken = ''] = /^([^ ]*) *(.*)$/s.exec(authorization) ?? []
  if (scheme.toLowerCase() !== 'dpop') throw new TrustError('BEARER_NOT_ACCEPTED')
  if (accessToken === '') throw new TrustError('TOKEN_MISSING')
  if (dpop === undefined || dpop === '') throw new TrustError('DPOP_PROOF_MISSING')
  return { accessToken, proof: dpop }
}
