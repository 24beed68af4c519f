import { join } from 'node:path'
import { type AuditDisk, type AuditLog, createSecurityLog } from '@kilde/audit'
import { createFollower, type Follower } from '@kilde/catalogue'
import type { PrivacyFollower } from '@kilde/privacy'
import { createServer, freePort, type Logger, type PartHealth, type Running } from '@kilde/service'
import {
  createNonces,
  createTokenClient,
  issuerJwks,
  type JwksSource,
  type Nonces,
  openSharedStore,
  type PrivateJwk,
  remoteBaseData,
  serveMetadata,
  type TokenClient,
  tellNonces,
} from '@kilde/trust'
import type { AccessLogSource, ReadableLog } from './access-log/access-log.js'
import { gatewayLogs } from './access-log/gateway-logs.js'
import { createAccessLog } from './access-log/read-logs.js'
import { openLog } from './audit/open-log.js'
import { createFollowSettings, type FollowSettings } from './blocks/follow-settings.js'
import { isHosted, type OrganizationConfig, type TenantConfig, tenantsOf } from './config.js'
import { addAuditKeys } from './http/audit-keys.js'
import { addTenantRoutes } from './http/routes.js'
import { compileShapeCheck } from './ingest/fhir-schema.js'
import { bundleFault } from './ingest/handle.js'
import { type BreakGlass, createBreakGlass } from './policy/break-glass.js'
import { createPolicy } from './policy/engine.js'
import { type FollowedPolicy, followPolicy } from './policy/follow-policy.js'
import type { Disclosure } from './policy/openings.js'
import { type PrivacyPort, withoutPrivacyService } from './policy/privacy-port.js'
import { openReviews, reviewsFile, watchReviews } from './policy/reviews.js'
import { createDocumentCheck } from './question/document.js'
import type { Intake } from './sources/intake.js'
import { startEmbeddedPostgres } from './sources/postgres/embedded.js'
import type { Source } from './sources/source.js'
import { openStore } from './sources/store/open.js'
import { createTenant, type SharedParts } from './tenant.js'

/** What a node takes from its surroundings; tests put faults in through these. */
export interface OrganizationParts {
  readonly logger: Logger
  /** Clock (epoch milliseconds). Default: the machine's. */
  readonly now?: () => number
  /** The registry's state. Default: a follower of KILDE_REGISTRY_URL. */
  readonly follower?: Follower
  /** Keys of the issuer. Default: those that its metadata name. */
  readonly keys?: JwksSource
  /** The patients' settings, as an organisation knows them. Default: those of KILDE_PRIVACY_URL. */
  readonly privacy?: (organization: string) => PrivacyPort
  /** Stands between the node and an organisation's source. */
  readonly wrapSource?: (source: Source & Intake, organization: string) => Source & Intake
  /** Stands between the node and an organisation's access log. */
  readonly wrapLog?: (log: AuditLog, organization: string) => AuditLog
  /** What access logs in files are written with. Default: the machine's disk. */
  readonly auditDisk?: AuditDisk
}

/**
 * Builds a node of one organisation, or of several in hosted mode, every part once and in order, and starts it.
 * @throws KildeError where the store or an access log cannot be used, Node errors where the port is taken
 */
export async function createOrganization(
  config: OrganizationConfig,
  parts: OrganizationParts,
): Promise<Running> {
  // What was started is ended in reverse: the server first, so that requests under way still have everything they need.
  const started: (() => Promise<unknown>)[] = []
  const stop = async (): Promise<void> => {
    for (const end of started.splice(0).reverse()) await end()
  }
  try {
    return { url: await start(config, parts, (end) => started.push(end)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

type OnStop = (end: () => Promise<unknown>) => void

async function start(
  config: OrganizationConfig,
  parts: OrganizationParts,
  onStop: OnStop,
): Promise<string> {
  const { logger, now = Date.now } = parts
  const port = config.KILDE_PORT || (await freePort(config.KILDE_HOST))
  const publicUrl = config.KILDE_PUBLIC_URL ?? `http://${config.KILDE_HOST}:${port}`
  const policy = await openPolicy(config, logger, now)
  onStop(async () => policy.stop())
  const tokens = tokensOf(config, now)
  const followSettings = createFollowSettings(config, { tokens, logger, now })
  const tenants = await openTenants(config, { ...parts, policy, followSettings }, onStop)
  const follower = parts.follower ?? createRegistryFollower(config, tokens, logger, now)
  const security = createSecurityLog({
    directory: join(config.KILDE_AUDIT_DIRECTORY, 'security'),
    logger,
    now,
  })
  onStop(() => security.close())
  const store = openSharedStore({ redisUrl: config.REDIS_URL, name: 'kilde:node', logger, now })
  onStop(() => store.close())
  const nonces = noncesOf(config, now)
  const { KILDE_BASE_DATA_URL: baseDataUrl } = config
  const shared: SharedParts = {
    issuer: config.KILDE_ISSUER,
    clockSkewSeconds: config.KILDE_CLOCK_SKEW_SECONDS,
    proofLifeSeconds: config.KILDE_PROOF_SECONDS,
    baseData: baseDataUrl ? remoteBaseData(baseDataUrl, { now }) : undefined,
    nonces,
    keys: parts.keys ?? issuerJwks(config.KILDE_ISSUER),
    store,
    gatewayClients: config.KILDE_GATEWAY_CLIENTS,
    gatewayAudience: config.KILDE_GATEWAY_AUDIENCE,
    follower,
    policy: () => policy.current(),
    checkDocument: createDocumentCheck(),
    checkShape: compileShapeCheck(),
    security,
    logger,
    now,
  }
  const server = createServer({
    logger,
    bodyLimitBytes: config.KILDE_BUNDLE_MAX_BYTES,
    health: () => [
      follower.health(),
      policy.health(),
      ...store.health(),
      ...tenants.flatMap(healthOf),
    ],
  })
  tellNonces(server, nonces)
  for (const { organization, ...own } of tenants) {
    const prefix = isHosted(config) ? `/${organization}` : ''
    const tenant = createTenant({ ...own, organization, baseUrl: `${publicUrl}${prefix}` }, shared)
    serveMetadata(server, tenant.resource)
    addAuditKeys(server, prefix, own.log)
    addTenantRoutes(server, {
      ...tenant,
      prefix,
      fault: bundleFault,
      bundleBytes: config.KILDE_BUNDLE_MAX_BYTES,
    })
  }
  onStop(() => follower.stop())
  await Promise.all([follower.start(), ...tenants.map(({ settings }) => settings?.start())])
  onStop(() => server.stop())
  await server.listen(port, config.KILDE_HOST)
  return publicUrl
}

const BUILT_IN = createPolicy()

/** The rules that the organisation distributes, else those that this version comes with. */
async function openPolicy(
  config: OrganizationConfig,
  logger: Logger,
  now: () => number,
): Promise<FollowedPolicy> {
  const { KILDE_POLICY_FILE: file, KILDE_POLICY_KEYS: keys } = config
  if (file && keys) {
    const lastGood = join(config.KILDE_AUDIT_DIRECTORY, 'policy', 'last-good.jws')
    return followPolicy({ file, keys, lastGood, logger, now })
  }
  const health = (): PartHealth => ({ name: 'policy', ok: true })
  return { current: () => BUILT_IN, look: async () => {}, health, stop: () => {} }
}

/** Replicas that share a store share their nonces too, by a key that they have in common; else they end with the process. */
function noncesOf(config: OrganizationConfig, now: () => number): Nonces | undefined {
  if (config.KILDE_DPOP_NONCE === 'off') return undefined
  const [first] = tenantsOf(config)
  return createNonces({ now, ...(config.REDIS_URL && first && { secret: first.digestKey }) })
}

interface OpenTenant {
  readonly organization: string
  readonly source: Source & Intake
  readonly log: AuditLog
  readonly accessLog: AccessLogSource
  readonly digestKey: Uint8Array
  readonly privacy: PrivacyPort
  /** Present where they are followed. */
  readonly settings: PrivacyFollower | undefined
  readonly breakGlass: BreakGlass
  readonly disclosure: Disclosure
  readonly requestSignature: 'GATEWAY' | 'REQUESTER'
  readonly pageKey: PrivateJwk | undefined
}

interface TenantSurroundings extends OrganizationParts {
  readonly policy: FollowedPolicy
  readonly followSettings: FollowSettings
}

async function openTenants(
  config: OrganizationConfig,
  parts: TenantSurroundings,
  onStop: OnStop,
): Promise<readonly OpenTenant[]> {
  const databaseOf = await createDatabases(config, onStop)
  const tenants: OpenTenant[] = []
  for (const tenant of tenantsOf(config)) {
    tenants.push(await openTenant(tenant, await databaseOf(tenant), config, parts, onStop))
  }
  return tenants
}

async function openTenant(
  { number: organization, auditKey, digestKey, ...tenant }: TenantConfig,
  databaseUrl: string,
  config: OrganizationConfig,
  { logger, now = Date.now, wrapSource, wrapLog, ...parts }: TenantSurroundings,
  onStop: OnStop,
): Promise<OpenTenant> {
  const directory = config.KILDE_AUDIT_DIRECTORY
  const owner = { number: organization, auditKey, digestKey, ...tenant }
  const log = await openLog(owner, databaseUrl, config, { logger, now, disk: parts.auditDisk })
  onStop(() => log.close())
  const connections = config.KILDE_DATABASE_CONNECTIONS
  const store = await openStore({ databaseUrl, organization, now, connections })
  onStop(() => store.close())
  const settings = parts.privacy ? undefined : parts.followSettings(organization)
  if (settings) onStop(() => settings.stop())
  const tables = () => (parts.policy.current() ?? BUILT_IN).tables
  const reviews = openReviews(reviewsFile(directory, organization))
  onStop(await watchReviews({ reviews, organization, tables, logger, now }))
  return {
    organization,
    digestKey,
    privacy: parts.privacy?.(organization) ?? settings ?? withoutPrivacyService(now),
    settings,
    breakGlass: await createBreakGlass({ key: digestKey, reviews, tables, now }),
    disclosure: (tenant.disclosure ?? config.KILDE_DISCLOSURE) === 'hidden' ? 'HIDDEN' : 'VISIBLE',
    requestSignature: tenant.requestSignature ?? config.KILDE_REQUEST_SIGNATURE,
    pageKey: tenant.pageKey,
    source: wrapSource?.(store, organization) ?? store,
    log: wrapLog?.(log, organization) ?? log,
    accessLog: createAccessLog({ organization, logs: logsOf(config, log), now }),
  }
}

/** Its own log, and those of a gateway that it runs. */
function logsOf(
  { KILDE_GATEWAY_AUDIT_DIRECTORY: directory, KILDE_GATEWAY_AUDIT_KEY: key }: OrganizationConfig,
  log: AuditLog,
): () => Promise<readonly ReadableLog[]> {
  const own: ReadableLog = {
    name: '',
    kind: 'ORGANIZATION',
    patientDigest: (identifier) => log.patientDigest(identifier),
    find: (query) => log.find(query),
    receipt: (sequence) => log.receipt(sequence),
  }
  if (!directory || !key) return async () => [own]
  const ofGateway = gatewayLogs({ directory, key })
  return async () => [own, ...(await ofGateway())]
}

/** Where each organisation's database is: given, or made in the embedded PostgreSQL, which starts only where it is needed. */
async function createDatabases(
  config: OrganizationConfig,
  onStop: OnStop,
): Promise<(tenant: TenantConfig) => Promise<string>> {
  const isEmbedded = tenantsOf(config).some(({ databaseUrl }) => databaseUrl === undefined)
  const directory = config.KILDE_STORE_DIRECTORY
  const embedded = isEmbedded && directory ? await startEmbeddedPostgres({ directory }) : undefined
  if (embedded) onStop(() => embedded.stop())
  return async ({ number, databaseUrl }) => {
    if (databaseUrl !== undefined) return databaseUrl
    if (!embedded) throw new TypeError('configuration without a store passed its checks')
    return embedded.createDatabase(`kilde_${number}`)
  }
}

function tokensOf(config: OrganizationConfig, now: () => number): TokenClient {
  return createTokenClient({
    issuer: config.KILDE_ISSUER,
    clientId: config.KILDE_CLIENT_ID,
    clientKey: config.KILDE_CLIENT_KEY,
    now,
  })
}

function createRegistryFollower(
  config: OrganizationConfig,
  tokens: TokenClient,
  logger: Logger,
  now: () => number,
): Follower {
  return createFollower({
    registryUrl: config.KILDE_REGISTRY_URL,
    keys: config.KILDE_REGISTRY_KEYS,
    tokens,
    name: config.KILDE_CLIENT_ID,
    logger,
    now,
  })
}

/** Parts of one organisation, told apart by its number in a process that hosts many. */
const healthOf = ({ organization, source, log, settings }: OpenTenant): readonly PartHealth[] => [
  ...[source.health(), log.health()].map((part) => ({
    ...part,
    name: `${part.name} ${organization}`,
  })),
  ...(settings ? [settings.health()] : []),
]
