import type { PrivacyFollower } from '@kilde/privacy'
import type { PartHealth } from '@kilde/service'
import { ownLogs } from './access-log/own-logs.js'
import { createAccessLog } from './access-log/read-logs.js'
import { openLog } from './audit/open-log.js'
import type { FollowSettings } from './blocks/follow-settings.js'
import { type OrganizationConfig, type TenantConfig, tenantsOf } from './config.js'
import type { ShapeCheck } from './ingest/fhir-schema.js'
import type { ProfileCheck } from './ingest/profiles/profile-check.js'
import { createPlaces } from './live/places.js'
import { createWakes } from './live/wakes.js'
import type { OnStop, OrganizationParts } from './parts.js'
import { createBreakGlass } from './policy/break-glass.js'
import type { FollowedPolicy } from './policy/follow-policy.js'
import { tablesOf } from './policy/open-policy.js'
import { withoutPrivacyService } from './policy/privacy-port.js'
import { openReviews, reviewsFile, watchReviews } from './policy/reviews.js'
import { openDatabases } from './sources/databases.js'
import { openSources } from './sources/open-sources.js'
import { hasStore } from './sources/settings.js'
import { openStore } from './sources/store/open.js'
import type { TenantParts } from './tenant.js'

/** What belongs to one organisation alone, opened: store, log, settings, reviews. */
export interface OpenTenant extends Omit<TenantParts, 'baseUrl' | 'onComing'> {
  /** The patients' settings, where they are followed. */
  readonly settings: PrivacyFollower | undefined
}

export interface TenantSurroundings extends OrganizationParts {
  readonly policy: FollowedPolicy
  readonly followSettings: FollowSettings
  readonly checkShape: ShapeCheck
  readonly checkProfiles: ProfileCheck
  /** Ends all streams. */
  readonly stopping: AbortSignal
}

/** @throws KildeError where a store or an access log cannot be used */
export async function openTenants(
  config: OrganizationConfig,
  parts: TenantSurroundings,
  onStop: OnStop,
): Promise<readonly OpenTenant[]> {
  const databaseOf = await openDatabases(config, onStop)
  const tenants: OpenTenant[] = []
  for (const tenant of tenantsOf(config)) {
    tenants.push(await openTenant(tenant, await databaseOf(tenant), config, parts, onStop))
  }
  return tenants
}

async function openTenant(
  { number: organization, auditKey, digestKey, ...tenant }: TenantConfig,
  databaseUrl: string | undefined,
  config: OrganizationConfig,
  { logger, now = Date.now, wrapSource, wrapLog, policy, ...parts }: TenantSurroundings,
  onStop: OnStop,
): Promise<OpenTenant> {
  const owner = { number: organization, auditKey, digestKey, ...tenant }
  const log = await openLog(owner, databaseUrl, config, { logger, now, disk: parts.auditDisk })
  onStop(() => log.close())
  const connections = config.KILDE_DATABASE_CONNECTIONS
  const { storeKey: key, previousStoreKeys: previousKeys } = tenant
  const rules = tenant.storeRetention ?? config.KILDE_STORE_RETENTION
  const store =
    hasStore(owner) && databaseUrl !== undefined
      ? await openStore({
          ...{ databaseUrl, organization, now, connections, key, previousKeys },
          ...(rules && { retention: { rules, logger } }),
        })
      : undefined
  const { checkShape } = parts
  // A warning would reach nobody: no sender waits for it.
  const checkProfiles = config.KILDE_PROFILE_MODE === 'strict' ? parts.checkProfiles : undefined
  const source = openSources(owner, store, { checkShape, checkProfiles, now, logger })
  onStop(() => source.close())
  const wakes = createWakes()
  const settings = parts.privacy
    ? undefined
    : parts.followSettings(organization, () => wakes.wakeAll())
  if (settings) onStop(() => settings.stop())
  const tables = () => tablesOf(policy)
  const reviews = openReviews(reviewsFile(config.KILDE_AUDIT_DIRECTORY, organization))
  onStop(await watchReviews({ reviews, organization, tables, logger, now }))
  return {
    organization,
    digestKey,
    wakes,
    livePlaces: createPlaces({
      ofRequester: config.KILDE_LIVE_STREAMS_PER_REQUESTER,
      ofAll: config.KILDE_LIVE_STREAMS,
    }),
    stopping: parts.stopping,
    privacy: parts.privacy?.(organization) ?? settings ?? withoutPrivacyService(now),
    settings,
    breakGlass: await createBreakGlass({ key: digestKey, reviews, tables, now }),
    disclosure: (tenant.disclosure ?? config.KILDE_DISCLOSURE) === 'hidden' ? 'HIDDEN' : 'VISIBLE',
    requestSignature: tenant.requestSignature ?? config.KILDE_REQUEST_SIGNATURE,
    pageKey: tenant.pageKey,
    source: wrapSource?.(source, organization) ?? source,
    log: wrapLog?.(log, organization) ?? log,
    accessLog: createAccessLog({ organization, logs: ownLogs(config, log), now }),
  }
}

/** Parts of one organisation, told apart by its number in a process that hosts many. */
export const healthOf = ({
  organization,
  source,
  log,
  settings,
}: OpenTenant): readonly PartHealth[] => [
  ...[source.health(), log.health()].map((part) => ({
    ...part,
    name: `${part.name} ${organization}`,
  })),
  ...(settings ? [settings.health()] : []),
]
