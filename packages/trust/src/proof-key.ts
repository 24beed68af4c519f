import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { type Algorithm, algorithmOf } from './algorithms.js'
import { TrustError } from './errors.js'
import { sha256 } from './jws.js'

export interface ProofKey {
  readonly algorithm: Algorithm
  readonly key: KeyObject
  /** RFC 7638 thumbprint. */
  readonly jkt: string
}

export interface ProofKeys {
  /** The public key in a proof's header, checked for what RFC 9449 §4.3 asks of it. */
  read(header: Readonly<Record<string, unknown>>): ProofKey
}

const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']
/** Members that make the thumbprint, in the order of RFC 7638. */
const members = { EC: ['crv', 'kty', 'x', 'y'], RSA: ['e', 'kty', 'n'] } as const
const maxMemberLength = 700

/** Remembers imported keys by thumbprint: importing takes longer than checking a signature. */
export function createProofKeys(): ProofKeys {
  const imported = new LRUCache<string, KeyObject>({ max: 5_000 })
  return {
    read(header) {
      const algorithm = algorithmOf(header['alg'])
      if (!algorithm) throw invalid('algorithm not accepted')
      const jwk = publicJwkOf(header['jwk'], algorithm)
      const jkt = sha256(JSON.stringify(jwk))
      const key = imported.get(jkt) ?? importKey(jwk)
      imported.set(jkt, key)
      return { algorithm, key, jkt }
    },
  }
}

/** Only the members that make the key, in the order of the thumbprint. */
function publicJwkOf(value: unknown, algorithm: Algorithm): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) throw invalid('no jwk')
  const jwk = value as Readonly<Record<string, unknown>>
  if (privateMembers.some((name) => name in jwk)) throw invalid('private or symmetric key')
  if (jwk['kty'] !== algorithm.kty || (algorithm.crv && jwk['crv'] !== algorithm.crv)) {
    throw invalid('key does not fit the algorithm')
  }
  const found: Record<string, string> = {}
  for (const name of members[algorithm.kty]) {
    const member = jwk[name]
    if (typeof member !== 'string' || member.length > maxMemberLength) throw invalid('jwk')
    found[name] = member
  }
  return found
}

function importKey(jwk: JsonWebKey): KeyObject {
  const key = importOrRefuse(jwk)
  const { modulusLength, publicExponent } = key.asymmetricKeyDetails ?? {}
  const tooSmall = modulusLength !== undefined && (modulusLength < 2048 || modulusLength > 4096)
  // A huge exponent makes one check cost as much as thousands.
  if (tooSmall || (publicExponent ?? 3n) > 0xffffffffn) throw invalid('RSA key size')
  return key
}

function importOrRefuse(jwk: JsonWebKey): KeyObject {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' })
  } catch (cause) {
    throw new TrustError('DPOP_PROOF_INVALID', { detail: 'jwk', cause })
  }
}

function invalid(what: string): TrustError {
  return new TrustError('DPOP_PROOF_INVALID', { detail: what })
}
