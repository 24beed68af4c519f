import { z } from 'zod'
import type { SourceResponse } from './receive-answer.js'
import type { SourceAnswer, SourceStatus } from './source-answer.js'

/** What came of a question, before it is known how long it took. */
export type Outcome = Pick<SourceAnswer, 'status'> & Partial<Pick<SourceAnswer, 'reason' | 'pages'>>

/** Codes of a node's refusal and what they mean here; everything else is told in general terms. */
const REFUSALS: Readonly<Record<string, readonly [SourceStatus, string]>> = {
  AUDIT_UNAVAILABLE: ['AUDIT_UNAVAILABLE', 'AUDIT_FAILED'],
  STOPPING: ['UNREACHABLE', 'STOPPING'],
  LIVE_STOPPING: ['UNREACHABLE', 'STOPPING'],
  LIVE_FULL: ['UNREACHABLE', 'TOO_BUSY'],
  LIVE_NOT_OFFERED: ['REFUSED', 'NOT_OFFERED'],
  SECURITY_LEVEL_TOO_LOW: ['REFUSED', 'SECURITY_LEVEL'],
  ATTESTATION_HAS_EXPIRED: ['REFUSED', 'ATTEST'],
  ATTEST_MISSING: ['REFUSED', 'ATTEST'],
  ATTEST_MALFORMED: ['REFUSED', 'ATTEST'],
  ATTESTATION_BOUND_TO_OTHER_PATIENT: ['REFUSED', 'ATTEST'],
  AUTHORIZATION_NOT_REGISTERED: ['REFUSED', 'ATTEST'],
  ORGANIZATION_NOT_REGISTERED: ['REFUSED', 'ATTEST'],
  DPOP_PROOF_EXPIRED: ['REFUSED', 'CLOCK_SKEW'],
  REQUEST_SIGNATURE_REQUIRED: ['REFUSED', 'SIGNATURE_REQUIRED'],
  REQUEST_SIGNATURE_MALFORMED: ['REFUSED', 'SIGNATURE_REFUSED'],
  REQUEST_SIGNATURE_INVALID: ['REFUSED', 'SIGNATURE_REFUSED'],
  REQUEST_SIGNATURE_EXPIRED: ['REFUSED', 'SIGNATURE_REFUSED'],
  REQUEST_SIGNATURE_REPLAYED: ['REFUSED', 'SIGNATURE_REFUSED'],
  REQUESTER_EVIDENCE_INVALID: ['REFUSED', 'SIGNATURE_REFUSED'],
  BEYOND_SIGNATURE: ['REFUSED', 'SIGNATURE_REFUSED'],
}

const POLICY_REASONS = new Set([
  'NO_AGREEMENT',
  'ROLE',
  'PURPOSE',
  'SECURITY_LEVEL',
  'NOT_REPRESENTED',
  'USER_REQUIRED',
  'DELEGATION',
  'BLOCKS_UNKNOWN',
  'BREAK_GLASS_INCOMPLETE',
  'BREAK_GLASS_OVER',
  'AGE',
  'POLICY_UNAVAILABLE',
  'POLICY',
])

const refusalBody = z.object({
  errors: z.tuple([
    z.object({ extensions: z.object({ code: z.string(), reason: z.string().optional() }) }),
  ]),
})

/** What a source's answer with another status than 200 means. Nothing of its text is passed on. */
export function refusalOf({ status, body }: SourceResponse): Outcome {
  const read = refusalBody.safeParse(tryJson(body))
  const { code, reason } = read.success
    ? read.data.errors[0].extensions
    : { code: '', reason: undefined }
  const known = REFUSALS[code]
  if (known) return { status: known[0], reason: known[1] }
  if (status === 401) return { status: 'REFUSED', reason: 'TOKEN_REJECTED' }
  if (status === 403)
    return { status: 'REFUSED', reason: POLICY_REASONS.has(reason ?? '') ? reason : 'POLICY' }
  if (status === 503) return { status: 'UNREACHABLE', reason: 'SOURCE_FAILED' }
  return { status: 'INVALID', reason: 'SOURCE_FAILED' }
}

function tryJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
