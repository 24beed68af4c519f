import type { Caller } from './caller.js'
import { type CheckedProof, createProofChecker } from './check-proof.js'
import { createTokenChecker, type VerifiedToken } from './check-token.js'
import { attestLifeMs } from './claims.js'
import { TrustError } from './errors.js'
import type { JwksSource } from './jwks.js'
import { kindOf, knownCaller, readCaller } from './read-caller.js'
import { readCredentials } from './read-credentials.js'
import type { ReplayStore } from './replay-store.js'
import type { RequestVerifier } from './verify-request.js'

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
}

/**
 * Verifies who sends a request. Order: what costs nothing; the token (once per token); the proof; what the token allows;
 * last, the single use of the proof, so that a refused request never spends it.
 */
export function createRequestVerifier(options: RequestVerifierOptions): RequestVerifier {
  const rules = rulesOf(options)
  const { cacheSize = 5_000, requireBodyDigest = false } = options
  const tokens = createTokenChecker({ ...options, ...rules, cacheSize })
  const proofs = createProofChecker({ ...rules, requireBodyDigest })
  const readOnce = rememberCallers(rules)
  return {
    async verify(request) {
      const { accessToken, proof } = readCredentials(request)
      const token = await tokens.check(accessToken)
      let possessionProven = false
      try {
        const checked = proofs.check(proof, request, token)
        possessionProven = true
        const caller = allow(token, rules, readOnce)
        possessionProven = await isFirstUse(checked, options.replay)
        if (!possessionProven) throw new TrustError('DPOP_PROOF_REPLAYED')
        return caller
      } catch (error) {
        if (!(error instanceof TrustError)) throw error
        throw error.about(knownCaller(token, possessionProven))
      }
    },
  }
}

function rulesOf(options: RequestVerifierOptions): Rules {
  const { now = Date.now, clockSkewSeconds = 5, minimumSecurityLevel = 4 } = options
  const scopes =
    typeof options.requiredScope === 'string' ? [options.requiredScope] : options.requiredScope
  const clockSkewMs = clockSkewSeconds * 1000
  return { accept: options.accept, now, scopes, minimumSecurityLevel, clockSkewMs }
}

function allow(token: VerifiedToken, rules: Rules, read: (token: VerifiedToken) => Caller): Caller {
  if (!rules.accept.includes(kindOf(token))) throw new TrustError('CALLER_KIND_NOT_ACCEPTED')
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

function isFirstUse({ jti, jkt, untilMs }: CheckedProof, replay: ReplayStore): Promise<boolean> {
  return replay.use(jti, jkt, untilMs)
}
