import { connectRedis, type Logger } from '@kilde/service'
import type { GatewayConfig } from '../config.js'
import type { Allowances } from '../path/admit.js'
import { AtOnce } from './at-once.js'
import { PatientsPerMinute } from './patients.js'
import { perMinute } from './per-minute.js'

/** What requesters and their organisations may ask for in a minute, and at a time. */
interface CountedAllowances {
  readonly allowances: Allowances
  close(): Promise<void>
}

/** The same, and about how many patients. */
export interface Rates extends CountedAllowances {
  readonly patients: PatientsPerMinute
}

export interface RatesParts {
  readonly logger: Logger
  readonly now: () => number
}

type RatesConfig = Pick<GatewayConfig, Extract<keyof GatewayConfig, `KILDE_RATE_${string}`>> &
  Pick<GatewayConfig, 'REDIS_URL'>
type AllowancesConfig = Omit<RatesConfig, 'KILDE_RATE_PATIENTS_PER_MINUTE'>

export const createRates = (config: RatesConfig, parts: RatesParts): Rates => ({
  ...createAllowances(config, parts),
  patients: new PatientsPerMinute(config.KILDE_RATE_PATIENTS_PER_MINUTE, parts.now),
})

/** Those of a graph without patients. */
export function createAllowances(
  config: AllowancesConfig,
  { logger }: Pick<RatesParts, 'logger'>,
): CountedAllowances {
  const redis = config.REDIS_URL === undefined ? undefined : connectRedis(config.REDIS_URL, logger)
  const allowance = (name: string, most: number) =>
    perMinute({ name, most, redis: redis?.client, logger })
  return {
    allowances: {
      requesters: allowance('requester', config.KILDE_RATE_REQUESTER_PER_MINUTE),
      organizations: allowance('organization', config.KILDE_RATE_ORGANIZATION_PER_MINUTE),
      atOnce: new AtOnce(config.KILDE_RATE_REQUESTER_AT_ONCE),
    },
    close: async () => redis?.close(),
  }
}
