import { connectRedis, type Logger } from '@kilde/service'
import type { GatewayConfig } from '../config.js'
import type { Allowances } from '../path/admit.js'
import { AtOnce } from './at-once.js'
import { PatientsPerMinute } from './patients.js'
import { perMinute } from './per-minute.js'

/** What requesters and their organisations may ask for in a minute, and at a time. */
export interface Rates {
  readonly allowances: Allowances
  readonly patients: PatientsPerMinute
  close(): Promise<void>
}

export interface RatesParts {
  readonly logger: Logger
  readonly now: () => number
}

type RatesConfig = Pick<GatewayConfig, Extract<keyof GatewayConfig, `KILDE_RATE_${string}`>> &
  Pick<GatewayConfig, 'REDIS_URL'>

export function createRates(config: RatesConfig, { logger, now }: RatesParts): Rates {
  const redis = config.REDIS_URL === undefined ? undefined : connectRedis(config.REDIS_URL, logger)
  const allowance = (name: string, most: number) =>
    perMinute({ name, most, redis: redis?.client, logger })
  return {
    allowances: {
      requesters: allowance('requester', config.KILDE_RATE_REQUESTER_PER_MINUTE),
      organizations: allowance('organization', config.KILDE_RATE_ORGANIZATION_PER_MINUTE),
      atOnce: new AtOnce(config.KILDE_RATE_REQUESTER_AT_ONCE),
    },
    patients: new PatientsPerMinute(config.KILDE_RATE_PATIENTS_PER_MINUTE, now),
    close: async () => redis?.close(),
  }
}
