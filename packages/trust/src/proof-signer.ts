import { type KeyObject, randomUUID } from 'node:crypto'
import { claims } from './claims.js'
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
  return {
    jkt: thumbprint(key.jwk),
    sign: (request) =>
      signJws(header, { jti: newId(), ...proofClaims(request, Math.floor(now() / 1000)) }, key),
  }
}

function proofClaims(request: ProofRequest, iat: number): object {
  return {
    htm: request.method,
    htu: request.url.replace(/[?#].*$/s, ''),
    iat,
    ...(request.accessToken !== undefined && { ath: sha256(request.accessToken) }),
    ...(request.nonce !== undefined && { nonce: request.nonce }),
    ...(request.body !== undefined && { [claims.bodyDigest]: sha256(request.body) }),
  }
}
