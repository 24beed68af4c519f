import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { isSameText } from '@kilde/service'
import { encodeJson, parseJws, sha256 } from '../jws.js'
import { type PrivateJwk, type PublicJwk, signingKey, thumbprint } from '../keys.js'
import { signJws } from '../sign-jws.js'

/** Type of a source's signature over its answer. */
const pageSignatureType = 'kilde-page+jwt'
const MAX_CHARACTERS = 4_096

/** What a source says with its key about one answer of its own. */
export interface PageClaims {
  /** Organisation number of the source. */
  readonly iss: string
  /** Epoch seconds. */
  readonly iat: number
  /** base64url SHA-256 of the exact bytes of the answer: rows, status and as-of. */
  readonly page_sha256: string
  /** `jti` of the requester's signature that it answers: an answer to another request cannot stand in for it. */
  readonly req?: string
}

/** Signs answers of one source. */
export type PageSigner = (page: Uint8Array, requestId: string | undefined) => string

export function createPageSigner(
  organization: string,
  source: PrivateJwk,
  now: () => number = Date.now,
): PageSigner {
  const key = signingKey(source)
  const header = encodeJson({ typ: pageSignatureType, alg: 'ES256', kid: thumbprint(key.jwk) })
  return (page, requestId) => {
    const claims: PageClaims = {
      iss: organization,
      iat: Math.floor(now() / 1000),
      page_sha256: sha256(page),
      ...(requestId !== undefined && { req: requestId }),
    }
    return signJws(header, claims, key)
  }
}

export interface PageToCheck {
  readonly organization: string
  /** The answer as it came. */
  readonly page: Uint8Array
  readonly signature: string
  /** `jti` of the signature of the request that it must answer. */
  readonly requestId: string
}

/** True where the source that owns one of `keys` gave this very answer to this very request. */
export function isGenuinePage(given: PageToCheck, keys: readonly PublicJwk[]): boolean {
  const jws = parseJws(given.signature, MAX_CHARACTERS)
  if (!jws) return false
  const { typ, alg, kid } = jws.header
  if (typ !== pageSignatureType || alg !== 'ES256' || jws.header['crit'] !== undefined) return false
  const { iss, req, page_sha256: digest } = jws.payload
  const isOfIt =
    iss === given.organization &&
    isSameText(req, given.requestId) &&
    isSameText(digest, sha256(given.page))
  return (
    isOfIt &&
    keys
      .filter((key) => thumbprint(key) === kid)
      .some((key) => isSignedBy(createPublicKey({ key, format: 'jwk' }), jws))
  )
}

const isSignedBy = (
  key: KeyObject,
  { signed, signature }: { readonly signed: Uint8Array; readonly signature: Uint8Array },
): boolean => verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature)
