import { join } from 'node:path'
import { createSecurityLog } from '@kilde/audit'
import type { Follower } from '@kilde/catalogue'
import type { Telemetry } from '@kilde/service'
import {
  issuerJwks,
  type Nonces,
  openSharedStore,
  remoteBaseData,
  serviceNonces,
  type TokenClient,
} from '@kilde/trust'
import { type OrganizationConfig, tenantsOf } from './config.js'
import type { ShapeCheck } from './ingest/fhir-schema.js'
import type { ProfileCheck } from './ingest/profiles/profile-check.js'
import { openNumbers } from './numbers/open-numbers.js'
import type { OnStop, OrganizationParts } from './parts.js'
import type { FollowedPolicy } from './policy/follow-policy.js'
import { createDocumentCheck } from './question/document.js'
import type { SharedParts } from './tenant.js'

export interface SharedSurroundings extends OrganizationParts {
  readonly follower: Follower
  readonly policy: FollowedPolicy
  /** Of the node as a client of the issuer. */
  readonly tokens: TokenClient
  readonly checkShape: ShapeCheck
  readonly checkProfiles: ProfileCheck
  readonly telemetry: Telemetry
}

/** Opens what all organisations of a process share. */
export function openSharedParts(
  config: OrganizationConfig,
  { logger, now = Date.now, ...given }: SharedSurroundings,
  onStop: OnStop,
): SharedParts {
  const { tokens, keys, follower, policy, checkShape, checkProfiles, telemetry } = given
  const directory = join(config.KILDE_AUDIT_DIRECTORY, 'security')
  const security = createSecurityLog({ directory, logger, now })
  onStop(() => security.close())
  const store = openSharedStore({ redisUrl: config.REDIS_URL, name: 'kilde:node', logger, now })
  onStop(() => store.close())
  const { KILDE_BASE_DATA_URL: baseDataUrl } = config
  return {
    issuer: config.KILDE_ISSUER,
    clockSkewSeconds: config.KILDE_CLOCK_SKEW_SECONDS,
    proofLifeSeconds: config.KILDE_PROOF_SECONDS,
    baseData: baseDataUrl ? remoteBaseData(baseDataUrl, { now }) : undefined,
    findNumbers: openNumbers(config, { tokens, now }, onStop),
    nonces: noncesOf(config, now),
    keys: keys ?? issuerJwks(config.KILDE_ISSUER),
    store,
    // As for proofs, a store in memory begins with the process.
    remembersFromMs: config.REDIS_URL === undefined ? now() - performance.now() : undefined,
    gatewayClients: config.KILDE_GATEWAY_CLIENTS,
    gatewayAudience: config.KILDE_GATEWAY_AUDIENCE,
    follower,
    policy: () => policy.current(),
    hiddenEveryMs: config.KILDE_HIDDEN_EVERY_MS,
    checkDocument: createDocumentCheck(),
    checkShape,
    checkProfiles,
    security,
    telemetry,
    logger,
    now,
  }
}

/** Replicas that share a store share their nonces too, by a key that they have in common; else they end with the process. */
function noncesOf(config: OrganizationConfig, now: () => number): Nonces | undefined {
  const [first] = tenantsOf(config)
  const wanted = config.KILDE_DPOP_NONCE === 'on'
  const shared = config.REDIS_URL === undefined ? undefined : first?.digestKey
  return serviceNonces({ wanted, shared, now })
}
