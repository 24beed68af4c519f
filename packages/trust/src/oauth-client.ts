import { ServiceError } from '@kilde/service'
import * as oauth from 'oauth4webapi'
import { createClientAuthentication } from './client-authentication.js'
import type { PrivateJwk } from './keys.js'
import { tokenFailure } from './token-failure.js'

export interface OAuthClientOptions {
  /** Issuer identifier. Plain http is accepted only for an issuer on this machine (127.0.0.1, localhost). */
  readonly issuer: string
  readonly clientId: string
  /** Key that the client authenticates with (`private_key_jwt`, ES256). */
  readonly clientKey: PrivateJwk
  readonly fetch?: typeof globalThis.fetch
  /** Clock (epoch milliseconds). Default: the machine's. */
  readonly now?: () => number
  /** Whole time for one request to the issuer (milliseconds). Default 5 000 (5 seconds). */
  readonly timeoutMs?: number
}

/** One client at one issuer: what all its requests have in common. */
export interface OAuthClient {
  readonly client: oauth.Client
  readonly authenticate: oauth.ClientAuth
  readonly now: () => number
  /** The issuer's metadata. @throws TrustError `ISSUER_UNAVAILABLE` */
  issuer(): Promise<oauth.AuthorizationServer>
  /** Options of one POST, which the signal ends early. */
  post(
    headers?: Record<string, string>,
    signal?: AbortSignal,
  ): oauth.HttpRequestOptions<'POST', URLSearchParams>
}

/** HelseID's advice for its metadata. */
const metadataFreshForMs = 86_400_000

export function createOAuthClient(options: OAuthClientOptions): OAuthClient {
  const { now = Date.now } = options
  const url = safeAddress(options.issuer)
  const client: oauth.Client = { client_id: options.clientId }
  const issuer = rememberIssuer(() => discover(url, options), now)
  return {
    client,
    now,
    authenticate: createClientAuthentication({ ...options, now }),
    issuer,
    post: (headers, signal) => ({
      ...transport(options, url, signal),
      ...(headers && { headers }),
    }),
  }
}

/** Asked for by many at once, the metadata are fetched once; a failure is not remembered. */
function rememberIssuer(
  fetchIt: () => Promise<oauth.AuthorizationServer>,
  now: () => number,
): () => Promise<oauth.AuthorizationServer> {
  let known: { server: Promise<oauth.AuthorizationServer>; untilMs: number } | undefined
  return () => {
    if (known && known.untilMs > now()) return known.server
    const server = fetchIt()
    known = { server, untilMs: now() + metadataFreshForMs }
    server.catch(() => {
      known = undefined
    })
    return server
  }
}

/** @throws ServiceError `INVALID_CONFIGURATION` for plain http to another machine */
export function safeAddress(address: string): URL {
  const url = new URL(address)
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isThisMachine(url))) return url
  const text = 'The issuer must be an https address (http only on this machine).'
  throw new ServiceError('INVALID_CONFIGURATION', { text })
}

function isThisMachine(url: URL): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
}

async function discover(
  issuer: URL,
  options: OAuthClientOptions,
): Promise<oauth.AuthorizationServer> {
  try {
    const response = await oauth.discoveryRequest(issuer, transport(options, issuer))
    return await oauth.processDiscoveryResponse(issuer, response)
  } catch (cause) {
    throw tokenFailure(cause)
  }
}

function transport<Method, Body>(
  options: OAuthClientOptions,
  issuer: URL,
  signal?: AbortSignal,
): oauth.HttpRequestOptions<Method, Body> {
  const { fetch = globalThis.fetch, timeoutMs = 5_000 } = options
  const end = (): AbortSignal => {
    const deadline = AbortSignal.timeout(timeoutMs)
    return signal ? AbortSignal.any([deadline, signal]) : deadline
  }
  return {
    signal: end,
    [oauth.allowInsecureRequests]: issuer.protocol === 'http:',
    [oauth.customFetch]: (url, request) => fetch(url, request as RequestInit),
  }
}
