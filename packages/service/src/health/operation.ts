import type { ConfigOf } from '../config.js'
import { type TlsFiles, tlsOf, type tlsSettings } from '../tls.js'
import type { PartHealth } from './part.js'
import type { OperationConfig } from './settings.js'
import type { Watch } from './watch.js'
import { watchCertificate, watchFolder, watchIdentity } from './watches.js'

/** How a service is operated: who may look at its parts, and how it ends. */
export interface Operation {
  readonly service: string
  /** Undefined: nobody may look. */
  readonly token: string | undefined
  readonly drainMs: number
  /** Parts of the machine and of the network that are looked at while the service runs. */
  readonly watches: readonly Watch[]
  /** What else operators are told, and nobody else. */
  readonly more: () => readonly PartHealth[]
  readonly now: () => number
}

export interface Operated {
  readonly more?: () => readonly PartHealth[]
  readonly service: string
  readonly now: () => number
  /** Folder of the access log. */
  readonly folder?: string
  /** Whose tokens the service takes. */
  readonly issuer?: string
  /** Tolerated difference of clocks in tokens (seconds). */
  readonly clockSkewSeconds?: number
}

/** Whole seconds are all that a date tells: less cannot be judged by it. */
const LEAST_CLOCK_MS = 2_000

export function operationOf(
  config: OperationConfig & ConfigOf<typeof tlsSettings>,
  { service, now, more = () => [], ...watched }: Operated,
): Operation {
  const { KILDE_HEALTH_TOKEN: token, KILDE_DRAIN_MS: drainMs } = config
  const leastBytes = config.KILDE_DISK_LEAST_BYTES
  // Where nobody may look at what was found, nobody is asked.
  const watches = token ? watchesOf(watched, { tls: tlsOf(config), leastBytes, now }) : []
  return { service, token, drainMs, watches, more, now }
}

interface Surroundings {
  readonly tls: TlsFiles | undefined
  readonly leastBytes: number
  readonly now: () => number
}

function watchesOf(
  { folder, issuer, clockSkewSeconds = 0 }: Omit<Operated, 'service' | 'now' | 'more'>,
  { tls, leastBytes, now }: Surroundings,
): readonly Watch[] {
  const clockMs = Math.max(LEAST_CLOCK_MS, clockSkewSeconds * 1000)
  return [
    ...(folder === undefined ? [] : [watchFolder(folder, leastBytes)]),
    ...(tls ? [watchCertificate(tls, now)] : []),
    ...(issuer === undefined ? [] : [watchIdentity({ issuer, clockMs, now })]),
  ]
}
