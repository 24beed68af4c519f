import * as oauth from 'oauth4webapi'
import { createOAuthClient, type OAuthClient, type OAuthClientOptions } from './oauth-client.js'
import type { ProofSigner } from './proof-signer.js'
import { tokenFailure } from './token-failure.js'
import { type AccessToken, requestToken } from './token-request.js'

export interface UserClientOptions extends OAuthClientOptions {
  /** Registered at the issuer; the issuer sends the user back here. */
  readonly redirectUri: string
}

export interface SignInRequest {
  readonly audience: string
  /** Scopes, separated by spaces. */
  readonly scope: string
  /** RFC 9396; health personnel ask for their attest here. */
  readonly authorizationDetails?: readonly object[]
  /** Binds the code to the key as well (RFC 9449 §10). */
  readonly jkt?: string
  /** Who is expected to sign in. Never an identity number: it may show up in logs of the issuer. */
  readonly loginHint?: string
}

/** A sign-in that the user has to go through at `url`. */
export interface PendingSignIn {
  readonly url: string
  readonly state: string
  /** Secret (PKCE): stays with whoever started the sign-in. */
  readonly codeVerifier: string
}

/** Signs users in: pushed authorisation request, PKCE, code exchange for a DPoP-bound token. */
export interface UserClient {
  /** @throws TrustError `TOKEN_REQUEST_FAILED`, `ISSUER_UNAVAILABLE` */
  start(request: SignInRequest): Promise<PendingSignIn>
  /**
   * Fetches the token once the user is back at `callback`. State and issuer of the answer are checked.
   * @throws TrustError `TOKEN_REQUEST_FAILED` (`oauthError` says why), `ISSUER_UNAVAILABLE`
   */
  finish(o: {
    readonly pending: PendingSignIn
    readonly callback: URL
    readonly proof: ProofSigner
  }): Promise<AccessToken>
}

export function createUserClient(options: UserClientOptions): UserClient {
  const oauthClient = createOAuthClient(options)
  const { redirectUri } = options
  return {
    async start(request) {
      const state = oauth.generateRandomState()
      const codeVerifier = oauth.generateRandomCodeVerifier()
      const codeChallenge = await oauth.calculatePKCECodeChallenge(codeVerifier)
      const fields = signInFields(request, { redirectUri, state, codeChallenge })
      return { url: await push(oauthClient, fields), state, codeVerifier }
    },
    async finish({ pending, callback, proof }) {
      const code = await readCode(oauthClient, pending, callback)
      const fields = { code, redirect_uri: redirectUri, code_verifier: pending.codeVerifier }
      const memory = { nonce: undefined }
      return requestToken({ oauthClient, proof, memory, grantType: 'authorization_code', fields })
    },
  }
}

function signInFields(
  request: SignInRequest,
  o: { redirectUri: string; state: string; codeChallenge: string },
): URLSearchParams {
  const { authorizationDetails, jkt, loginHint } = request
  return new URLSearchParams({
    response_type: 'code',
    redirect_uri: o.redirectUri,
    scope: request.scope,
    resource: request.audience,
    state: o.state,
    code_challenge: o.codeChallenge,
    code_challenge_method: 'S256',
    ...(jkt !== undefined && { dpop_jkt: jkt }),
    ...(loginHint !== undefined && { login_hint: loginHint }),
    ...(authorizationDetails && { authorization_details: JSON.stringify(authorizationDetails) }),
  })
}

/** Pushes the request, so that nothing of it stands in a URL. Answers the address to send the user to. */
async function push({ client, ...o }: OAuthClient, fields: URLSearchParams): Promise<string> {
  const server = await o.issuer()
  try {
    const response = await oauth.pushedAuthorizationRequest(
      server,
      client,
      o.authenticate,
      fields,
      o.post(),
    )
    const pushed = await oauth.processPushedAuthorizationResponse(server, client, response)
    const url = new URL(server.authorization_endpoint ?? '')
    url.searchParams.set('client_id', client.client_id)
    url.searchParams.set('request_uri', pushed.request_uri)
    return url.href
  } catch (cause) {
    throw tokenFailure(cause)
  }
}

async function readCode(
  oauthClient: OAuthClient,
  pending: PendingSignIn,
  callback: URL,
): Promise<string> {
  const server = await oauthClient.issuer()
  try {
    const checked = oauth.validateAuthResponse(server, oauthClient.client, callback, pending.state)
    return checked.get('code') ?? ''
  } catch (cause) {
    throw tokenFailure(cause)
  }
}
