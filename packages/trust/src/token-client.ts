import { generateKeyPairSync } from 'node:crypto'
import type { PrivateJwk } from './keys.js'
import { createOAuthClient, type OAuthClientOptions } from './oauth-client.js'
import { createProofSigner, type ProofSigner } from './proof-signer.js'
import { type AccessToken, type NonceMemory, requestToken } from './token-request.js'

export interface TokenClientOptions extends OAuthClientOptions {
  /** Key that tokens are bound to. Default: a new key that lives as long as the client. */
  readonly proofKey?: PrivateJwk
}

export interface TokenTarget {
  readonly audience: string
  /** Scopes, separated by spaces. */
  readonly scope: string
}

/**
 * Fetches tokens for a machine client. Keeps none: each call asks the issuer, the caller keeps the answer until shortly
 * before `expiresAtMs`.
 */
export interface TokenClient {
  /** Signs the proofs for tokens of this client. */
  readonly proof: ProofSigner
  /** A token for the client itself. @throws TrustError `TOKEN_REQUEST_FAILED`, `ISSUER_UNAVAILABLE` */
  clientCredentials(target: TokenTarget): Promise<AccessToken>
  /**
   * A token for another audience on behalf of the user in `subjectToken` (RFC 8693), with this client as actor.
   * @throws TrustError `TOKEN_REQUEST_FAILED`, `ISSUER_UNAVAILABLE`
   */
  exchange(
    target: TokenTarget & {
      readonly subjectToken: string
      /** Ends the request when nobody waits for the token any more. */
      readonly signal?: AbortSignal
    },
  ): Promise<AccessToken>
}

const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'

export function createTokenClient(options: TokenClientOptions): TokenClient {
  const oauthClient = createOAuthClient(options)
  const proof = createProofSigner(options.proofKey ?? newKey(), { now: oauthClient.now })
  const memory: NonceMemory = { nonce: undefined }
  const request = (
    grantType: string,
    fields: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ) => requestToken({ oauthClient, proof, memory, grantType, fields, signal })
  return {
    proof,
    clientCredentials: ({ audience, scope }) =>
      request('client_credentials', { resource: audience, scope }),
    exchange: ({ subjectToken, audience, scope, signal }) => {
      const fields = {
        subject_token: subjectToken,
        subject_token_type: accessTokenType,
        audience,
        scope,
      }
      return request('urn:ietf:params:oauth:grant-type:token-exchange', fields, signal)
    },
  }
}

function newKey() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
}
