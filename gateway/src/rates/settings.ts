import { checks, setting } from '@kilde/service'

/** Settings of how often, and how much at a time, requesters and their organisations may ask. */
export const allowanceSettings = {
  KILDE_RATE_REQUESTER_PER_MINUTE: setting(
    checks.bytes(600, 0, 1_000_000),
    'Most requests of one requester in a minute (0 to 1,000,000; 0: as many as come). Counted over all replicas with REDIS_URL.',
  ),
  KILDE_RATE_ORGANIZATION_PER_MINUTE: setting(
    checks.bytes(30_000, 0, 10_000_000),
    'Most requests of all requesters of one organisation in a minute (0 to 10,000,000; 0: as many as come).',
  ),
  KILDE_RATE_REQUESTER_AT_ONCE: setting(
    checks.bytes(20, 0, 10_000),
    'Most requests of one requester that are under way at a time, in one process (0 to 10,000; 0: as many as come).',
  ),
} as const

/** The same, and of how many patients. */
export const rateSettings = {
  ...allowanceSettings,
  KILDE_RATE_PATIENTS_PER_MINUTE: setting(
    checks.bytes(30, 0, 100_000),
    'Most different patients that one requester asks about in a minute, in one process (0 to 100,000; 0: as many as come).',
  ),
} as const

/** Bounds of what one process takes at all. */
export const loadSettings = {
  KILDE_REQUESTS_AT_ONCE: setting(
    checks.bytes(1_000, 1, 100_000),
    'Most requests under way at a time in one process, streams apart (1 to 100,000). More are refused with `OVERLOADED`.',
  ),
  KILDE_OVERLOAD_AT_ONCE: setting(
    checks.bytes(40, 0, 100_000),
    'Requests under way in one process from which on more are refused with `OVERLOADED` while the process has been at work all the time for half a second (0 to 100,000; 0: as many as come). Those that wait for slow sources are no overload.',
  ),
} as const
