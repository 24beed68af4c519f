import { checks, setting } from '@kilde/service'
import { z } from 'zod'

/** Of every service that verifies proofs, also of those that run as one process. */
export const nonceSettings = {
  KILDE_DPOP_NONCE: setting(
    z.enum(['on', 'off']).default('off'),
    '`on`: DPoP proofs must carry the nonce of the header `DPoP-Nonce`; clients without one are told it once more. `off`: without Redis only those that were made before the process began.',
  ),
} as const

/** Settings of services that verify proofs, of which there may be several processes. */
export const proofSettings = {
  KILDE_CLOCK_SKEW_SECONDS: setting(
    z.coerce.number().int().min(0).max(60).default(5),
    'Tolerated difference of clocks in tokens and proofs (seconds, 0 to 60). The default is HelseID’s.',
  ),
  KILDE_PROOF_SECONDS: setting(
    z.coerce.number().int().min(0).max(60).default(1),
    'How long a DPoP proof may be on its way, besides the difference of clocks (seconds, 0 to 60). The default is HelseID’s.',
  ),
  ...nonceSettings,
  KILDE_BASE_DATA_URL: setting(
    checks.url().optional(),
    'Registers of health personnel and organisations that attests are checked against (base URL). Default: none; what the issuer filled in is taken. Where they do not answer, nobody with an attest is let in.',
  ),
  KILDE_PERSON_NUMBERS: setting(
    z.enum(['on', 'off']).default('off'),
    '`on`: base data at KILDE_BASE_DATA_URL are asked which other numbers a patient has had, so that data under a D-number are found by the national identity number. Where they do not answer, answers say so and are not complete.',
  ),
  REDIS_URL: setting(
    checks.redisUrl(),
    'Redis 7 or later, which all replicas of this service share: used proofs, patients that attests are for, and how much was asked under requesters’ signatures, as digests. Default: the memory of this one process. Where Redis does not answer, nothing is accepted. Secret.',
  ),
} as const

/** What of them does not go together, or is not allowed in production. */
export function proofProblems(config: {
  readonly KILDE_BASE_DATA_URL: string | undefined
  readonly KILDE_PERSON_NUMBERS: 'on' | 'off'
  readonly REDIS_URL: string | undefined
  readonly NODE_ENV: string
}): readonly string[] {
  const { REDIS_URL: redis, KILDE_BASE_DATA_URL: baseData } = config
  if (config.KILDE_PERSON_NUMBERS === 'on' && baseData === undefined)
    return ['KILDE_PERSON_NUMBERS: KILDE_BASE_DATA_URL must be set with it']
  if (config.NODE_ENV !== 'production') return []
  const isPlain = baseData !== undefined && !baseData.startsWith('https:')
  return [
    ...(isPlain ? ['KILDE_BASE_DATA_URL: must be https in production'] : []),
    ...(redis === undefined || isSafe(new URL(redis))
      ? []
      : ['REDIS_URL: must be rediss in production, unless it is on this machine']),
  ]
}

const isSafe = ({ protocol, hostname }: URL): boolean =>
  protocol === 'rediss:' || ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
