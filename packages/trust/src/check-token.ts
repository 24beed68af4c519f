import { compactVerify, errors } from 'jose'
import { LRUCache } from 'lru-cache'
import { tokenAlgorithms } from './algorithms.js'
import { TrustError } from './errors.js'
import type { JwksSource } from './jwks.js'
import { parseJws, sha256 } from './jws.js'
import { readTokenClaims, type TokenClaims } from './token-claims.js'

/** An access token that is genuine, for this service, and in force now. What it allows has not been checked. */
export interface VerifiedToken {
  readonly claims: TokenClaims
  /** base64url SHA-256 of the token: the `ath` of its proofs. */
  readonly hash: string
}

export interface TokenChecker {
  check(token: string): Promise<VerifiedToken>
}

export interface TokenRules {
  readonly issuer: string
  readonly audience: string
  readonly keys: JwksSource
  readonly now: () => number
  readonly clockSkewMs: number
  /** Verified tokens remembered until they expire. */
  readonly cacheSize: number
}

/** A HelseID token with an attest is about 4 000 characters long. */
const maxTokenLength = 16_384

/** Checks HelseID's rules for access tokens (target architecture B2). Cheap rules first; a signature is checked once per token. */
export function createTokenChecker(rules: TokenRules): TokenChecker {
  // A citizen's token names the citizen: it is forgotten when it expires, whether anybody asks or not.
  const known = new LRUCache<string, VerifiedToken>({ max: rules.cacheSize, ttlAutopurge: true })
  return {
    async check(token) {
      const hash = sha256(token)
      const found = known.get(hash)
      if (found) {
        checkTimes(found.claims, rules)
        return found
      }
      const verified = await verifyToken(token, hash, rules)
      const { exp } = verified.claims
      known.set(hash, verified, { ttl: leftMs(exp, rules) })
      return verified
    },
  }
}

/** A timer takes no more; nobody uses one token for so long. */
const MOST_MS = 86_400_000

const leftMs = (exp: number, { now, clockSkewMs }: TokenRules): number =>
  Math.min(MOST_MS, Math.max(1, Math.ceil(exp * 1000 + clockSkewMs - now())))

async function verifyToken(token: string, hash: string, rules: TokenRules): Promise<VerifiedToken> {
  const jws = parseJws(token, maxTokenLength)
  if (!jws) throw new TrustError('TOKEN_MALFORMED', { detail: 'not a compact JWT' })
  const { kid, alg } = checkHeader(jws.header)
  const claims = readTokenClaims(jws.payload)
  if (claims.iss !== rules.issuer) throw new TrustError('TOKEN_ISSUER')
  checkAudience(claims.aud, rules.audience)
  checkTimes(claims, rules)
  await checkSignature(token, await rules.keys.keyFor(kid, alg))
  return { claims, hash }
}

/** Only `kid` chooses the key: a key or an address of keys in the header (`jwk`, `jku`, `x5u`) is never looked at. */
function checkHeader(header: Readonly<Record<string, unknown>>): { kid: string; alg: string } {
  const typ = typeof header['typ'] === 'string' ? header['typ'].toLowerCase() : ''
  if (!['at+jwt', 'application/at+jwt', 'jwt'].includes(typ)) {
    throw new TrustError('TOKEN_MALFORMED', { detail: 'typ' })
  }
  const { kid, alg, crit } = header
  if (crit !== undefined) throw new TrustError('TOKEN_SIGNATURE', { detail: 'critical extension' })
  if (typeof alg !== 'string' || !tokenAlgorithms.includes(alg)) {
    throw new TrustError('TOKEN_SIGNATURE', { detail: 'algorithm not accepted' })
  }
  if (typeof kid !== 'string') throw new TrustError('TOKEN_SIGNATURE', { detail: 'no key id' })
  return { kid, alg }
}

function checkAudience(aud: string | readonly string[], expected: string): void {
  const audiences = typeof aud === 'string' ? [aud] : aud
  if (audiences.length !== 1 || audiences[0] !== expected) throw new TrustError('TOKEN_AUDIENCE')
}

function checkTimes(claims: TokenClaims, rules: TokenRules): void {
  const nowMs = rules.now()
  if (nowMs >= claims.exp * 1000 + rules.clockSkewMs) throw new TrustError('TOKEN_EXPIRED')
  const from = Math.max(claims.nbf ?? claims.iat, claims.iat)
  if (nowMs < from * 1000 - rules.clockSkewMs) throw new TrustError('TOKEN_NOT_YET_VALID')
}

async function checkSignature(
  token: string,
  key: Parameters<typeof compactVerify>[1],
): Promise<void> {
  try {
    await compactVerify(token, key, { algorithms: [...tokenAlgorithms] })
  } catch (cause) {
    if (cause instanceof errors.JOSEError || cause instanceof TypeError) {
      throw new TrustError('TOKEN_SIGNATURE', { cause })
    }
    throw cause
  }
}
