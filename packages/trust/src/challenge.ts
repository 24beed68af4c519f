import { proofAlgorithms } from './algorithms.js'
import type { trustErrors } from './error-table.js'

export interface ChallengeParameters {
  /** Scopes that the address needs, separated by spaces. */
  readonly scope?: string
}

type Code = keyof typeof trustErrors

const invalidToken: readonly Code[] = [
  'BEARER_NOT_ACCEPTED',
  'TOKEN_MALFORMED',
  'TOKEN_SIGNATURE',
  'TOKEN_EXPIRED',
  'TOKEN_NOT_YET_VALID',
  'TOKEN_ISSUER',
  'TOKEN_AUDIENCE',
  'DPOP_KEY_MISMATCH',
]
const invalidProof: readonly Code[] = [
  'DPOP_PROOF_MISSING',
  'DPOP_PROOF_INVALID',
  'DPOP_PROOF_URL',
  'DPOP_PROOF_METHOD',
  'DPOP_PROOF_EXPIRED',
  'DPOP_PROOF_REPLAYED',
  'DPOP_BODY_DIGEST',
]
const attest: readonly Code[] = ['ATTEST_MISSING', 'ATTEST_MALFORMED', 'ATTESTATION_HAS_EXPIRED']

/** `WWW-Authenticate` of a refusal: RFC 9449 §7.1, RFC 9470 (level), RFC 9396 and HelseID's metadata rules (attest). */
export function challengeFor(code: Code, parameters: ChallengeParameters = {}): string | undefined {
  if (code === 'TOKEN_MISSING') return challenge({})
  if (invalidToken.includes(code)) return challenge({ error: 'invalid_token' })
  if (invalidProof.includes(code)) return challenge({ error: 'invalid_dpop_proof' })
  if (attest.includes(code)) return challenge({ error: 'insufficient_authorization_details' })
  if (code === 'TOKEN_SCOPE') return challenge({ error: 'insufficient_scope', ...parameters })
  if (code === 'SECURITY_LEVEL_TOO_LOW') {
    return challenge({ error: 'insufficient_user_authentication', acr_values: 'Level4' })
  }
  return undefined
}

function challenge(parameters: Readonly<Record<string, string>>): string {
  const all = { ...parameters, algs: proofAlgorithms.join(' ') }
  const written = Object.entries(all).map(([name, value]) => `${name}="${value}"`)
  return `DPoP ${written.join(', ')}`
}
