import { type KeyObject, randomUUID } from 'node:crypto'
import { encodeJson, sha256 } from '../jws.js'
import { type PrivateJwk, publicPart, signingKey } from '../keys.js'
import { signJws } from '../sign-jws.js'
import { requestSignatureType, type SignatureClaims } from './request-signature.js'

export interface RequestToSign {
  /** Exact bytes of the request's body: document and variables. */
  readonly body: Uint8Array
  /** The requester's own access token. */
  readonly accessToken: string
}

/** Signs requests with the key that the requester's access token is bound to: the header `Kilde-Signature`. */
export type RequestSigner = (request: RequestToSign) => string

export interface RequestSignerOptions {
  /** Clock (epoch milliseconds). Default: the machine's. */
  readonly now?: () => number
  /** Default: a random UUID. */
  readonly newId?: () => string
}

export function createRequestSigner(
  source: PrivateJwk | KeyObject,
  { now = Date.now, newId = randomUUID }: RequestSignerOptions = {},
): RequestSigner {
  const key = signingKey(source)
  const { kid: _kid, ...jwk } = publicPart(key.jwk)
  const header = encodeJson({ typ: requestSignatureType, alg: 'ES256', jwk })
  return ({ body, accessToken }) => {
    const claims: SignatureClaims = {
      jti: newId(),
      iat: Math.floor(now() / 1000),
      ath: sha256(accessToken),
      body_sha256: sha256(body),
    }
    return signJws(header, claims, key)
  }
}
