import { isSameText } from '@kilde/service'
import { verifySignature } from '../algorithms.js'
import { parseJws, sha256 } from '../jws.js'
import { createProofKeys, type ProofKeys } from '../proof-key.js'
import { ContextError } from './errors.js'

/** Type of a requester's signature: no proof and no token can pass for one, nor it for them. */
export const requestSignatureType = 'kilde-request+jwt'

/** How long a requester's signature lives (milliseconds): long enough for all rounds of one request, no longer. */
export const signatureLifeMs = 60_000

/** Longest signature (characters), in the header as in what is passed on. */
export const maxSignatureLength = 4_096

/** Claims of a requester's signature: over the exact body (document and variables), and the token that it was sent with. */
export interface SignatureClaims {
  readonly jti: string
  /** Epoch seconds. */
  readonly iat: number
  readonly ath: string
  readonly body_sha256: string
}

/** What a signature is checked against. */
export interface SignatureFacts {
  /** Thumbprint of the key that the requester's access token is bound to. */
  readonly jkt: string
  /** base64url SHA-256 of that token. */
  readonly tokenHash: string
  /** Exact bytes of the signed request's body. */
  readonly body: Uint8Array
  readonly nowMs: number
  readonly clockSkewMs: number
}

/** A signature that holds. Its single use has not been checked. */
export interface CheckedSignature {
  readonly jti: string
  /** When it was made, by its `iat`, which is cut to whole seconds (epoch milliseconds). */
  readonly issuedAtMs: number
  /** Until when it could be accepted (epoch milliseconds). */
  readonly untilMs: number
}

/** Checks requesters' signatures; remembers the keys that it has imported. */
export function createSignatureCheck(
  keys: ProofKeys = createProofKeys(),
): (text: string, facts: SignatureFacts) => CheckedSignature {
  return (text, facts) => {
    const jws = parseJws(text, maxSignatureLength)
    if (!jws || jws.header['typ'] !== requestSignatureType || jws.header['crit'] !== undefined) {
      throw new ContextError('REQUEST_SIGNATURE_MALFORMED', { detail: 'header' })
    }
    const claims = readClaims(jws.payload)
    checkTime(claims.iat, facts)
    if (!isSameText(claims.ath, facts.tokenHash)) throw invalid('ath')
    if (!isSameText(claims.body_sha256, sha256(facts.body))) throw invalid('body_sha256')
    const key = keyOf(keys, jws.header)
    if (!isSameText(key.jkt, facts.jkt)) throw invalid('another key')
    if (!verifySignature(key.algorithm, key.key, jws.signed, jws.signature)) throw invalid('jws')
    const issuedAtMs = claims.iat * 1000
    const untilMs = issuedAtMs + signatureLifeMs + 2 * facts.clockSkewMs
    return { jti: claims.jti, issuedAtMs, untilMs }
  }
}

function readClaims(payload: Readonly<Record<string, unknown>>): SignatureClaims {
  const { jti, iat, ath, body_sha256: digest } = payload
  const isId = typeof jti === 'string' && jti !== '' && jti.length <= 256
  const isTime = typeof iat === 'number' && Number.isFinite(iat)
  if (!isId || !isTime || typeof ath !== 'string' || typeof digest !== 'string') {
    throw new ContextError('REQUEST_SIGNATURE_MALFORMED', { detail: 'claims' })
  }
  return { jti, iat, ath, body_sha256: digest }
}

function checkTime(iat: number, { nowMs, clockSkewMs }: SignatureFacts): void {
  const ageMs = nowMs - iat * 1000
  // One second for `iat`, which is cut to whole seconds.
  if (ageMs > signatureLifeMs + clockSkewMs || ageMs < -1_000 - clockSkewMs) {
    throw new ContextError('REQUEST_SIGNATURE_EXPIRED')
  }
}

function keyOf(keys: ProofKeys, header: Readonly<Record<string, unknown>>) {
  try {
    return keys.read(header)
  } catch (cause) {
    throw new ContextError('REQUEST_SIGNATURE_INVALID', { detail: 'jwk', cause })
  }
}

const invalid = (detail: string): ContextError =>
  new ContextError('REQUEST_SIGNATURE_INVALID', { detail })
