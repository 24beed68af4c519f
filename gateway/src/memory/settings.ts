import { checks, setting } from '@kilde/service'

/** Settings of what requests leave in memory. */
export const memorySettings = {
  KILDE_IDLE_CLEAR_MS: setting(
    checks.milliseconds(10_000, 1_000, 600_000),
    'Memory is cleared of what requests left once none has been under way for so long (milliseconds, 1,000 to 600,000).',
  ),
} as const
