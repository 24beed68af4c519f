import { proofAlgorithms } from './algorithms.js'
import type { trustErrors } from './error-table.js'

export interface ChallengeParameters {
  /** Scopes that the address needs, separated by spaces. */
  readonly scope?: string
  /** Where the service's protected-resource metadata are (RFC 9728 §5.1). */
  readonly resource_metadata?: string
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
/** A new attest, or a better one, would help. */
const attest: readonly Code[] = [
  'ATTEST_MISSING',
  'ATTEST_MALFORMED',
  'ATTESTATION_HAS_EXPIRED',
  'ATTESTATION_BOUND_TO_OTHER_PATIENT',
  'AUTHORIZATION_NOT_REGISTERED',
  'ORGANIZATION_NOT_REGISTERED',
]

/** `WWW-Authenticate` of a refusal: RFC 9449 §7.1 and §9, RFC 9470 (level), RFC 9396 and HelseID's metadata rules (attest). */
export function challengeFor(code: Code, parameters: ChallengeParameters = {}): string | undefined {
  const { scope, ...where } = parameters
  const own = ownParameters(code, scope)
  return own && challenge({ ...own, ...where })
}

function ownParameters(
  code: Code,
  scope: string | undefined,
): Readonly<Record<string, string>> | undefined {
  if (code === 'TOKEN_MISSING') return {}
  if (invalidToken.includes(code)) return { error: 'invalid_token' }
  if (invalidProof.includes(code)) return { error: 'invalid_dpop_proof' }
  if (code === 'DPOP_NONCE_NEEDED') return { error: 'use_dpop_nonce' }
  if (attest.includes(code)) return { error: 'insufficient_authorization_details' }
  if (code === 'TOKEN_SCOPE') return { error: 'insufficient_scope', ...(scope && { scope }) }
  if (code === 'SECURITY_LEVEL_TOO_LOW') {
    return { error: 'insufficient_user_authentication', acr_values: 'Level4' }
  }
  return undefined
}

function challenge(parameters: Readonly<Record<string, string>>): string {
  const all = { ...parameters, algs: proofAlgorithms.join(' ') }
  const written = Object.entries(all).map(([name, value]) => `${name}="${value}"`)
  return `DPoP ${written.join(', ')}`
}
