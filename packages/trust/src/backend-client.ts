import { importJWK, type JWK } from 'jose'
import * as oauth from 'oauth4webapi'
import { z } from 'zod'
import { TrustError } from './errors.js'
import { fetchJson } from './fetch-json.js'
import { safeAddress } from './oauth-client.js'
import { tokenFailure } from './token-failure.js'
import type { AccessToken } from './token-request.js'

/** A private key of those that SMART names (ES384, RS384), or ES256; with the name that the server knows it by. */
export const backendKey = z.looseObject({
  kty: z.enum(['EC', 'RSA']),
  crv: z.enum(['P-256', 'P-384']).optional(),
  d: z.string().min(1),
  kid: z.string().min(1).max(200),
})

export type BackendKey = z.infer<typeof backendKey>

export interface BackendClientOptions {
  /** Base address of the FHIR server: it tells where its tokens are given, unless `tokenEndpoint` does. */
  readonly url: string
  readonly tokenEndpoint?: string | undefined
  readonly clientId: string
  readonly clientKey: BackendKey
  readonly scope: string
  readonly now: () => number
  /** Whole time for one request (milliseconds). Default 5 000 (5 seconds). */
  readonly timeoutMs?: number
}

const configuration = z.looseObject({ token_endpoint: z.url({ protocol: /^https?$/ }) })

/**
 * Tokens of a FHIR server's own authorization server, as SMART Backend Services has it (SMART App Launch 2.2): bearer tokens for
 * an assertion whose audience is the token endpoint. Keeps none.
 * @throws TrustError `TOKEN_REQUEST_FAILED`, `ISSUER_UNAVAILABLE`
 */
export function createBackendClient(options: BackendClientOptions): () => Promise<AccessToken> {
  const { clientId, scope, clientKey, now } = options
  const client: oauth.Client = { client_id: clientId }
  const imported = importJWK(clientKey as JWK, algorithmOf(clientKey))
  imported.catch(() => undefined)
  return async () => {
    try {
      const endpoint = safeAddress(options.tokenEndpoint ?? (await discover(options)))
      const server = { issuer: endpoint.origin, token_endpoint: endpoint.href }
      const key = { key: (await imported) as oauth.CryptoKey, kid: clientKey.kid }
      const askedAtMs = now()
      const response = await oauth.clientCredentialsGrantRequest(
        server,
        client,
        oauth.PrivateKeyJwt(key, forEndpoint(endpoint)),
        { scope },
        {
          signal: () => AbortSignal.timeout(options.timeoutMs ?? 5_000),
          [oauth.allowInsecureRequests]: endpoint.protocol === 'http:',
        },
      )
      return read(await oauth.processClientCredentialsResponse(server, client, response), askedAtMs)
    } catch (cause) {
      throw tokenFailure(cause)
    }
  }
}

const forEndpoint = ({ href }: URL): oauth.ModifyAssertionOptions => ({
  [oauth.modifyAssertion]: (header, payload) => {
    header['typ'] = 'JWT'
    payload['aud'] = href
  },
})

async function discover({ url, timeoutMs }: BackendClientOptions): Promise<string> {
  const address = `${url.replace(/\/$/, '')}/.well-known/smart-configuration`
  const read = await fetchJson(address, { ...(timeoutMs !== undefined && { timeoutMs }) })
  return configuration.parse(read).token_endpoint
}

function algorithmOf({ kty, crv }: BackendKey): string {
  if (kty === 'RSA') return 'RS384'
  return crv === 'P-256' ? 'ES256' : 'ES384'
}

/** What is bound to a key that we do not have, or lasts nobody knows how long, is of no use. */
function read(answer: oauth.TokenEndpointResponse, askedAtMs: number): AccessToken {
  const { access_token: value, token_type: type, expires_in: seconds } = answer
  if (type !== 'bearer' || seconds === undefined) {
    throw new TrustError('TOKEN_REQUEST_FAILED', { detail: 'no bearer token with a lifetime' })
  }
  return { value, expiresAtMs: askedAtMs + seconds * 1000 }
}
