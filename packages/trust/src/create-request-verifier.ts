import type { BaseData } from './base-data/base-data.js'
import { createBaseDataCheck } from './base-data/check-base-data.js'
import type { Caller, KnownCaller } from './caller.js'
import { type CheckedProof, createProofChecker } from './check-proof.js'
import { createTokenChecker, type VerifiedToken } from './check-token.js'
import { attestLifeMs } from './claims.js'
import { TrustError } from './errors.js'
import type { JwksSource } from './jwks.js'
import type { Nonces } from './nonces.js'
import { kindOf, knownCaller, readCaller } from './read-caller.js'
import { readCredentials } from './read-credentials.js'
import type { ReplayStore } from './replay-store.js'
import type { RequestVerifier, SignedRequest } from './verify-request.js'

export interface RequestVerifierOptions {
  /** Exact `iss`. */
  readonly issuer: string
  /** Exact and only `aud`. */
  readonly audience: string
  readonly keys: JwksSource
  readonly replay: ReplayStore
  /** Clock (epoch milliseconds). Default: the machine's. */
  readonly now?: () => number
  /** How far clocks may differ (seconds). Default 5. */
  readonly clockSkewSeconds?: number
  /** How long a proof may be on its way, besides the skew (seconds). Default 1. Both defaults are HelseID's. */
  readonly proofLifeSeconds?: number
  /** Registers that attests are checked against. Default: none; HelseID's word is taken. */
  readonly baseData?: BaseData
  /** Where set, a proof must carry one of these. The service tells the current one with every answer. */
  readonly nonces?: Nonces
  /** Address of the protected-resource metadata, told with every refusal (RFC 9728 §5.1). */
  readonly resourceMetadata?: string
  /** The scope that a caller must have; several: all of them. An empty list leaves scopes to the address. */
  readonly requiredScope: string | readonly string[]
  /** Refuse a proof without the claim `body_sha256`. Default false: a digest is then checked only where there is one. */
  readonly requireBodyDigest?: boolean
  readonly accept: readonly Caller['kind'][]
  /** Default 4, the only level that opens health data. */
  readonly minimumSecurityLevel?: 4
  /** Verified tokens remembered, so that a request costs one signature check instead of two. Default 5 000. */
  readonly cacheSize?: number
}

type Rules = Required<Pick<RequestVerifierOptions, 'accept' | 'now'>> & {
  readonly scopes: readonly string[]
  readonly minimumSecurityLevel: number
  readonly clockSkewMs: number
  readonly proofLifeMs: number
}

/**
 * Verifies who sends a request. Order: what costs nothing; the token (once per token); the proof; its single use; what the
 * token allows. Only from its single use on the sender counts as the token's holder: a copy of a proof shows that somebody
 * held the key once, and must not write refusals into the holder's access log.
 */
export function createRequestVerifier(options: RequestVerifierOptions): RequestVerifier {
  const rules = rulesOf(options)
  const { cacheSize = 5_000, requireBodyDigest = false, resourceMetadata, nonces } = options
  const tokens = createTokenChecker({ ...options, ...rules, cacheSize })
  const proofs = createProofChecker({ ...rules, nonces, requireBodyDigest })
  const readOnce = rememberCallers(rules)
  const { baseData } = options
  const checkBaseData = baseData && createBaseDataCheck(baseData, rules.now)
  const verifyFor = async (request: SignedRequest, known: (whom: KnownCaller) => void) => {
    const { accessToken, proof } = readCredentials(request)
    const token = await tokens.check(accessToken)
    known(knownCaller(token, false))
    const checked = proofs.check(proof, request, token)
    await useOnce(checked, options, rules)
    known(knownCaller(token, true))
    const caller = allow(token, rules, readOnce)
    if (caller.kind === 'professional') await checkBaseData?.(caller)
    return caller
  }
  return {
    async verify(request) {
      let whom: KnownCaller | undefined
      try {
        return await verifyFor(request, (caller) => {
          whom = caller
        })
      } catch (error) {
        throw error instanceof TrustError ? error.about(whom, resourceMetadata) : error
      }
    },
  }
}

function rulesOf(options: RequestVerifierOptions): Rules {
  const { now = Date.now, clockSkewSeconds = 5, minimumSecurityLevel = 4 } = options
  const { requiredScope, proofLifeSeconds = 1 } = options
  return {
    accept: options.accept,
    now,
    scopes: typeof requiredScope === 'string' ? [requiredScope] : requiredScope,
    minimumSecurityLevel,
    clockSkewMs: clockSkewSeconds * 1000,
    proofLifeMs: proofLifeSeconds * 1000,
  }
}

function allow(token: VerifiedToken, rules: Rules, read: (token: VerifiedToken) => Caller): Caller {
  const kind = kindOf(token)
  if (!rules.accept.includes(kind)) {
    throw new TrustError(kind === 'system' ? 'USER_REQUIRED' : 'CALLER_KIND_NOT_ACCEPTED')
  }
  if (!rules.scopes.every((scope) => token.claims.scope.includes(scope))) {
    throw new TrustError('TOKEN_SCOPE', { challenge: { scope: rules.scopes.join(' ') } })
  }
  const caller = read(token)
  if (caller.kind !== 'system' && caller.securityLevel < rules.minimumSecurityLevel) {
    throw new TrustError('SECURITY_LEVEL_TOO_LOW')
  }
  // Every time: a token may outlive its attest.
  if (caller.kind === 'professional' && rules.now() - caller.attest.attestedAtMs >= attestLifeMs) {
    throw new TrustError('ATTESTATION_HAS_EXPIRED')
  }
  return caller
}

/** Reads a token's claims once per token; forgotten together with the token. */
function rememberCallers(rules: Rules): (token: VerifiedToken) => Caller {
  const callers = new WeakMap<VerifiedToken, Caller>()
  return (token) => {
    const known = callers.get(token)
    if (known) return known
    const caller = readCaller(token, { nowMs: rules.now(), clockSkewMs: rules.clockSkewMs })
    callers.set(token, caller)
    return caller
  }
}

async function useOnce(
  { jti, jkt, untilMs }: CheckedProof,
  { audience, replay }: RequestVerifierOptions,
  { now }: Rules,
): Promise<void> {
  const key = `${audience} ${jkt} ${jti}`
  // One more: in its last moment a proof is still accepted.
  const ttlMs = untilMs - now() + 1
  if (!(await replay.claim(key, ttlMs))) throw new TrustError('DPOP_PROOF_REPLAYED')
}
