import { checks, setting } from '@kilde/service'
import { z } from 'zod'

/** Settings of the fan-out: how long, how often and how much each organisation is asked. */
export const sourceSettings = {
  KILDE_REQUEST_TIMEOUT_MS: setting(
    checks.milliseconds(5_000, 200, 60_000),
    'Whole time of a request (milliseconds, 200 to 60,000). Sources get no more than what is left of it.',
  ),
  KILDE_SOURCE_TIMEOUT_MS: setting(
    checks.milliseconds(3_000, 100, 30_000),
    'Whole time for one source to answer (milliseconds, 100 to 30,000).',
  ),
  KILDE_SOURCE_CONNECT_MS: setting(
    checks.milliseconds(1_000, 50, 10_000),
    'Longest wait for a connection to a source (milliseconds, 50 to 10,000).',
  ),
  KILDE_SOURCE_MAX_BYTES: setting(
    checks.bytes(8_388_608, 65_536, 268_435_456),
    'Largest answer of one source (bytes). What is larger is INVALID.',
  ),
  KILDE_SOURCE_MAX_IN_FLIGHT: setting(
    checks.bytes(64, 1, 1_000),
    'Most questions to one source at a time, each on a connection of its own (1 to 1,000).',
  ),
  KILDE_SOURCE_MAX_QUEUED: setting(
    checks.bytes(128, 0, 10_000),
    'Most questions that wait for one of these. What is more is UNREACHABLE, TOO_BUSY.',
  ),
  KILDE_CIRCUIT_BREAKER: setting(
    z.enum(['on', 'off']).default('on'),
    'Leaves a source that fails alone for a while: UNREACHABLE, CIRCUIT_OPEN. `off` asks it each time.',
  ),
  KILDE_HEDGING: setting(
    z.enum(['on', 'off']).default('off'),
    'Asks a replica as well where a source is later than it usually is: at most 1 question of 20, only sources with replicas.',
  ),
} as const

/** Settings of the fan-out that do not go together. */
export function sourceProblems(config: {
  readonly KILDE_REQUEST_TIMEOUT_MS: number
  readonly KILDE_SOURCE_TIMEOUT_MS: number
  readonly KILDE_SOURCE_CONNECT_MS: number
}): readonly string[] {
  const { KILDE_SOURCE_TIMEOUT_MS: source } = config
  return [
    ...(config.KILDE_SOURCE_CONNECT_MS > source
      ? ['KILDE_SOURCE_CONNECT_MS: is longer than KILDE_SOURCE_TIMEOUT_MS']
      : []),
    ...(source > config.KILDE_REQUEST_TIMEOUT_MS
      ? ['KILDE_SOURCE_TIMEOUT_MS: is longer than KILDE_REQUEST_TIMEOUT_MS']
      : []),
  ]
}
