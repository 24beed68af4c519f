import { z } from 'zod'
import { type ConfigOf, checks, setting } from '../config.js'

/** Settings of whoever operates a service. */
export const operationSettings = {
  KILDE_HEALTH_TOKEN: setting(
    z
      .string()
      .regex(/^[\w.~+/=-]{32,256}$/, 'must be 32 to 256 letters, digits or any of -._~+/=')
      .optional(),
    'Lets operators read /health/parts, as a bearer token or the password of a browser’s question (docs/runbook.md). Default: that page is not there. Secret.',
  ),
  KILDE_DRAIN_MS: setting(
    checks.milliseconds(0, 0, 120_000),
    'How long the service goes on answering after SIGTERM while /health/ready says `stopping` (milliseconds): longer than a load balancer needs to notice.',
  ),
  KILDE_DISK_LEAST_BYTES: setting(
    checks.bytes(268_435_456, 0, 1_099_511_627_776),
    'The health page warns where less than this is left of the disk of the access log (bytes).',
  ),
} as const

export type OperationConfig = ConfigOf<typeof operationSettings>
