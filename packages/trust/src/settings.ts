import { checks, setting } from '@kilde/service'
import { z } from 'zod'

/** Settings of every service that verifies proofs. */
export const proofSettings = {
  KILDE_CLOCK_SKEW_SECONDS: setting(
    z.coerce.number().int().min(0).max(60).default(5),
    'Tolerated difference of clocks in tokens and proofs (seconds, 0 to 60). The default is HelseID’s.',
  ),
  KILDE_PROOF_SECONDS: setting(
    z.coerce.number().int().min(0).max(60).default(1),
    'How long a DPoP proof may be on its way, besides the difference of clocks (seconds, 0 to 60). The default is HelseID’s.',
  ),
  KILDE_DPOP_NONCE: setting(
    z.enum(['on', 'off']).default('off'),
    '`on`: DPoP proofs must carry the nonce of the header `DPoP-Nonce`; clients without one are told it once more.',
  ),
  REDIS_URL: setting(
    checks.redisUrl(),
    'Redis 7 or later, which all replicas of this service share: used proofs, and patients that attests are for, as digests. Default: the memory of this one process. Where Redis does not answer, nothing is accepted. Secret.',
  ),
} as const

/** What production does not allow of them. */
export function proofProblems(config: {
  readonly REDIS_URL: string | undefined
  readonly NODE_ENV: string
}): readonly string[] {
  if (config.NODE_ENV !== 'production' || config.REDIS_URL === undefined) return []
  const { protocol, hostname } = new URL(config.REDIS_URL)
  const isSafe = protocol === 'rediss:' || ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
  return isSafe ? [] : ['REDIS_URL: must be rediss in production, unless it is on this machine']
}
