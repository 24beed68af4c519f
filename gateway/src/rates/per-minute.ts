import { createHash } from 'node:crypto'
import type { Logger, SharedRedis } from '@kilde/service'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import { GatewayError } from '../errors.js'

/** Counts something for each of many keys, and refuses what is more than allowed in a minute. */
export interface PerMinute {
  /** @throws GatewayError `RATE_LIMITED` */
  take(key: string): Promise<void>
}

export interface PerMinuteOptions {
  /** What is counted, e.g. `requester`; keys of different names do not meet. */
  readonly name: string
  /** Most in a minute; 0 for as many as come. */
  readonly most: number
  /** Where several processes count together. Absent: each for itself. */
  readonly redis?: SharedRedis['client'] | undefined
  readonly logger: Logger
}

const MINUTE_S = 60
const UNLIMITED: PerMinute = { take: async () => {} }

/**
 * While Redis does not answer each process counts for itself: an allowance is there for the others who ask, and refusing everybody would
 * do them more harm than some requests too many.
 */
export function perMinute({ name, most, redis, logger }: PerMinuteOptions): PerMinute {
  if (most === 0) return UNLIMITED
  const own = { keyPrefix: `kilde:rate:${name}`, points: most, duration: MINUTE_S }
  const alone = new RateLimiterMemory(own)
  const limiter = redis
    ? new RateLimiterRedis({ ...own, storeClient: redis, insuranceLimiter: alone })
    : alone
  return {
    async take(key) {
      try {
        await limiter.consume(digestOf(key))
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) throw tooOften(refusal.msBeforeNext)
        logger.error({ limit: name }, 'requests cannot be counted')
      }
    },
  }
}

/** What is counted stands in Redis for a minute: not by name. */
const digestOf = (key: string): string => createHash('sha256').update(key).digest('base64url')

function tooOften(waitMs: number): GatewayError {
  return new GatewayError('RATE_LIMITED', {
    retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)),
  })
}
