import type { Caller, Citizen, Professional } from '../caller.js'
import { createTokenChecker, type TokenRules, type VerifiedToken } from '../check-token.js'
import { TrustError } from '../errors.js'
import { kindOf, readCaller } from '../read-caller.js'
import { ContextError } from './errors.js'
import { type CheckedSignature, createSignatureCheck } from './request-signature.js'

/** What a gateway passes on of a request that its requester signed, unchanged. */
export interface SignedByRequester {
  /** The JWS of the header `Kilde-Signature`. */
  readonly signature: string
  /** The requester's own access token, for the gateway: evidence of the key, never a ground for access. */
  readonly token: string
  /** The body as the requester sent it. */
  readonly body: string
}

/** Checks what a requester signed against the caller of the request that it came with. */
export interface RequesterEvidence {
  /**
   * Genuine token of the same person, for the gateway and in force, with the same purpose and ground; signature by its key over
   * this body. The single use is not checked here.
   * @throws ContextError `REQUESTER_EVIDENCE_INVALID`, `REQUEST_SIGNATURE_MALFORMED`, `…_EXPIRED`, `…_INVALID`
   */
  check(signed: SignedByRequester, caller: Professional | Citizen): Promise<HeldSignature>
}

export interface HeldSignature extends CheckedSignature {
  /** Thumbprint of the key that signed. */
  readonly jkt: string
}

export type RequesterEvidenceOptions = Pick<
  TokenRules,
  'issuer' | 'keys' | 'now' | 'clockSkewMs'
> & {
  /** Audience of the gateway's tokens: the only ones that are evidence. */
  readonly gatewayAudience: string
  /** Verified tokens remembered until they expire. Default 1 000. */
  readonly cacheSize?: number
}

export function createRequesterEvidence(options: RequesterEvidenceOptions): RequesterEvidence {
  const { gatewayAudience: audience, cacheSize = 1_000 } = options
  const tokens = createTokenChecker({ ...options, audience, cacheSize })
  const checkSignature = createSignatureCheck()
  return {
    async check({ signature, token: text, body }, caller) {
      const token = await genuine(() => tokens.check(text))
      const jkt = token.claims.cnf?.jkt
      if (jkt === undefined) throw invalid('not bound to a key')
      const signer = await genuine(async () => readSigner(token, options))
      if (!isSamePerson(signer, caller)) throw invalid('of somebody else, or on another ground')
      const checked = checkSignature(signature, {
        jkt,
        tokenHash: token.hash,
        body: Buffer.from(body),
        nowMs: options.now(),
        clockSkewMs: options.clockSkewMs,
      })
      return { ...checked, jkt }
    },
  }
}

function readSigner(token: VerifiedToken, { now, clockSkewMs }: RequesterEvidenceOptions): Caller {
  // Without this a machine's token would be read as nobody's.
  if (kindOf(token) === 'system') throw invalid('of no person')
  return readCaller(token, { nowMs: now(), clockSkewMs })
}

async function genuine<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    // An issuer whose keys cannot be had is no fault of the token.
    if (cause instanceof TrustError && cause.status < 500) throw invalid(cause.code, cause)
    throw cause
  }
}

/**
 * The token of the request was exchanged for the one that is shown here. Compared by what the issuer says in both, because
 * an issuer may give each audience a subject of its own.
 */
function isSamePerson(signer: Caller, caller: Professional | Citizen): boolean {
  if (signer.kind === 'citizen' && caller.kind === 'citizen') {
    const { pid, purpose, onBehalfOf } = signer
    return pid === caller.pid && purpose === caller.purpose && onBehalfOf === caller.onBehalfOf
  }
  if (signer.kind !== 'professional' || caller.kind !== 'professional') return false
  const [mine, theirs] = [signer.attest, caller.attest]
  return (
    signer.pid === caller.pid &&
    signer.purpose === caller.purpose &&
    signer.organization === caller.organization &&
    mine.decisionRef.id === theirs.decisionRef.id &&
    mine.pointOfCare === theirs.pointOfCare
  )
}

const invalid = (detail: string, cause?: unknown): ContextError =>
  new ContextError('REQUESTER_EVIDENCE_INVALID', { detail, cause })
