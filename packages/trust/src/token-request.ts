import * as oauth from 'oauth4webapi'
import { TrustError } from './errors.js'
import type { OAuthClient } from './oauth-client.js'
import type { ProofSigner } from './proof-signer.js'
import { oauthErrorOf, tokenFailure } from './token-failure.js'

export interface AccessToken {
  readonly value: string
  readonly expiresAtMs: number
}

/** The nonce that the issuer last gave; kept between requests, so that most need no second try. */
export interface NonceMemory {
  nonce: string | undefined
}

export interface TokenRequest {
  readonly oauthClient: OAuthClient
  readonly proof: ProofSigner
  readonly memory: NonceMemory
  readonly grantType: string
  readonly fields: Readonly<Record<string, string>>
  /** Ends it early. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Asks the token endpoint for a token that is bound to the key of `proof`; once more where it wants another DPoP nonce.
 * @throws TrustError `TOKEN_REQUEST_FAILED` or `ISSUER_UNAVAILABLE`
 */
export async function requestToken(request: TokenRequest): Promise<AccessToken> {
  try {
    return await attempt(request)
  } catch (error) {
    if (oauthErrorOf(error) !== 'use_dpop_nonce') throw tokenFailure(error)
  }
  return attempt(request).catch((error) => {
    throw tokenFailure(error)
  })
}

async function attempt(request: TokenRequest): Promise<AccessToken> {
  const { oauthClient, memory, fields, grantType, signal } = request
  const server = await oauthClient.issuer()
  const askedAtMs = oauthClient.now()
  const response = await oauth.genericTokenEndpointRequest(
    server,
    oauthClient.client,
    oauthClient.authenticate,
    grantType,
    { ...fields },
    oauthClient.post({ dpop: proofFor(request, server) }, signal),
  )
  memory.nonce = response.headers.get('dpop-nonce') ?? memory.nonce
  const answer = await oauth.processGenericTokenEndpointResponse(
    server,
    oauthClient.client,
    response,
  )
  return readToken(answer, askedAtMs)
}

function proofFor({ proof, memory }: TokenRequest, server: oauth.AuthorizationServer): string {
  const { nonce } = memory
  const url = server.token_endpoint ?? ''
  return proof.sign({ method: 'POST', url, ...(nonce !== undefined && { nonce }) })
}

/** A token that is not bound to our key would be of no use, and dangerous. */
function readToken(answer: oauth.TokenEndpointResponse, askedAtMs: number): AccessToken {
  const { access_token: value, token_type: type, expires_in: seconds } = answer
  if (type !== 'dpop' || seconds === undefined) {
    throw new TrustError('TOKEN_REQUEST_FAILED', { detail: 'token unbound or without lifetime' })
  }
  return { value, expiresAtMs: askedAtMs + seconds * 1000 }
}
