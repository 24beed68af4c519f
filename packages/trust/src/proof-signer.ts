import { type KeyObject, randomUUID } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { claims } from './claims.js'
import { createRequestSigner, type RequestToSign } from './context/sign-request.js'
import { encodeJson, sha256 } from './jws.js'
import { type PrivateJwk, publicPart, signingKey, thumbprint } from './keys.js'
import { signJws } from './sign-jws.js'

export interface ProofRequest {
  readonly method: string
  /** Address of the request; its query and fragment are left out of the proof. */
  readonly url: string
  /** Needed at a resource server, absent at a token endpoint. */
  readonly accessToken?: string
  /** Nonce that the server gave (`DPoP-Nonce`). */
  readonly nonce?: string
  /** Exact bytes of the body: adds the claim `body_sha256`. */
  readonly body?: Uint8Array
}

/** Makes DPoP proofs (RFC 9449 §4.2) with one key. */
export interface ProofSigner {
  /** Thumbprint of the key: what tokens are bound to. */
  readonly jkt: string
  /** One proof for one request: a new `jti` each time. */
  sign(request: ProofRequest): string
  /** Signs the body of a GraphQL request by the same key: the header `Kilde-Signature` (docs/signed-requests.md). */
  signRequest(request: RequestToSign): string
}

export interface ProofSignerOptions {
  /** Clock (epoch milliseconds). Default: the machine's. */
  readonly now?: () => number
  /** Default: a random UUID. */
  readonly newId?: () => string
}

export function createProofSigner(
  source: PrivateJwk | KeyObject,
  options: ProofSignerOptions = {},
): ProofSigner {
  const { now = Date.now, newId = randomUUID } = options
  const key = signingKey(source)
  const { kid: _kid, ...jwk } = publicPart(key.jwk)
  const header = encodeJson({ typ: 'dpop+jwt', alg: 'ES256', jwk })
  const digests = new Digests()
  return {
    jkt: thumbprint(key.jwk),
    sign: (request) =>
      signJws(header, { jti: newId(), ...proofClaims(request, now(), digests) }, key),
    signRequest: createRequestSigner(source, { now, newId }),
  }
}

/** What proofs are made of again and again: one body goes to many sources, one token to one source many times. */
class Digests {
  readonly #bodies = new WeakMap<Uint8Array, string>()
  readonly #tokens = new LRUCache<string, string>({ max: 1_000 })

  ofBody(body: Uint8Array): string {
    const digest = this.#bodies.get(body) ?? sha256(body)
    this.#bodies.set(body, digest)
    return digest
  }

  ofToken(token: string): string {
    const digest = this.#tokens.get(token) ?? sha256(token)
    this.#tokens.set(token, digest)
    return digest
  }
}

function proofClaims(
  { method, url, accessToken, nonce, body }: ProofRequest,
  nowMs: number,
  digests: Digests,
): object {
  return {
    htm: method,
    htu: url.replace(/[?#].*$/s, ''),
    iat: Math.floor(nowMs / 1000),
    ...(accessToken !== undefined && { ath: digests.ofToken(accessToken) }),
    ...(nonce !== undefined && { nonce }),
    ...(body !== undefined && { [claims.bodyDigest]: digests.ofBody(body) }),
  }
}
