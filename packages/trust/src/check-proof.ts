import { isSameText } from '@kilde/service'
import { verifySignature } from './algorithms.js'
import type { VerifiedToken } from './check-token.js'
import { claims } from './claims.js'
import { TrustError } from './errors.js'
import { type Jws, parseJws, sha256 } from './jws.js'
import type { Nonces } from './nonces.js'
import { createProofKeys, type ProofKey } from './proof-key.js'
import { sameAddress } from './same-address.js'
import type { SignedRequest } from './verify-request.js'

/** A proof that fits request and token. Its single use has not been checked. */
export interface CheckedProof {
  readonly jti: string
  readonly jkt: string
  /** Until when the proof could be accepted (epoch milliseconds). */
  readonly untilMs: number
}

export interface ProofRules {
  readonly now: () => number
  readonly clockSkewMs: number
  /** A proof is for now: how long it may be on its way, besides the skew of the clocks. */
  readonly proofLifeMs: number
  /** Which proofs must carry a nonce of this service. Default: none. */
  readonly nonces?: Nonces | undefined
  readonly requireBodyDigest: boolean
}

export interface ProofChecker {
  check(proof: string, request: SignedRequest, token: VerifiedToken): CheckedProof
}

const maxProofLength = 8_192
const maxIdLength = 256

/** All checks of RFC 9449 §4.3 but the last, single use of `jti`. Cheap ones first, the signature near the end. */
export function createProofChecker(rules: ProofRules): ProofChecker {
  const keys = createProofKeys()
  return {
    check(text, request, token) {
      const proof = parseProof(text)
      const { htm, htu, iat, jti, ath, nonce } = proof.payload
      if (htm !== request.method) throw new TrustError('DPOP_PROOF_METHOD')
      if (!sameAddress(htu, request.url)) throw new TrustError('DPOP_PROOF_URL')
      const madeAtMs = checkTime(iat, rules)
      const id = checkId(jti)
      if (!isSameText(ath, token.hash)) throw invalid('ath')
      const key = keys.read(proof.header)
      if (!isSameText(token.claims.cnf?.jkt, key.jkt)) throw new TrustError('DPOP_KEY_MISMATCH')
      checkSignature(proof, key)
      checkBody(proof, request.body, rules.requireBodyDigest)
      // Late, so that only who holds the key is told a nonce to go on with.
      if (rules.nonces?.isNeeded(madeAtMs) && !rules.nonces.accepts(nonce)) {
        throw new TrustError('DPOP_NONCE_NEEDED')
      }
      // Twice the skew: the clocks of the replicas that share a store differ too.
      const untilMs = madeAtMs + rules.proofLifeMs + 2 * rules.clockSkewMs
      return { jti: id, jkt: key.jkt, untilMs }
    },
  }
}

/** Node joins several headers of one name with a comma, which no proof contains: "exactly one" is part of the form. */
function parseProof(text: string): Jws {
  const proof = parseJws(text, maxProofLength)
  if (!proof) throw invalid('not one compact JWT')
  if (proof.header['typ'] !== 'dpop+jwt') throw invalid('typ')
  if (proof.header['crit'] !== undefined) throw invalid('crit')
  return proof
}

function checkTime(iat: unknown, rules: ProofRules): number {
  if (typeof iat !== 'number' || !Number.isFinite(iat)) throw invalid('iat')
  const madeAtMs = iat * 1000
  if (Math.abs(rules.now() - madeAtMs) > rules.proofLifeMs + rules.clockSkewMs) {
    throw new TrustError('DPOP_PROOF_EXPIRED')
  }
  return madeAtMs
}

function checkId(jti: unknown): string {
  if (typeof jti !== 'string' || jti === '' || jti.length > maxIdLength) throw invalid('jti')
  return jti
}

function checkSignature(proof: Jws, { algorithm, key }: ProofKey): void {
  if (!verifySignature(algorithm, key, proof.signed, proof.signature)) throw invalid('signature')
}

/** RFC 9449 leaves the body open. Where the sender names a digest, it must be right; some services require one. */
function checkBody(proof: Jws, body: Uint8Array | undefined, required: boolean): void {
  const digest = proof.payload[claims.bodyDigest]
  if (digest === undefined && !required) return
  if (!isSameText(digest, sha256(body ?? new Uint8Array())))
    throw new TrustError('DPOP_BODY_DIGEST')
}

function invalid(what: string): TrustError {
  return new TrustError('DPOP_PROOF_INVALID', { detail: what })
}
