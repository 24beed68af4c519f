import { createFollower, type Follower } from '@kilde/catalogue'
import { freePort, openTelemetry, type Running, schemeOf } from '@kilde/service'
import { createTokenClient, type TokenClient } from '@kilde/trust'
import { createFollowSettings, type FollowParts } from './blocks/follow-settings.js'
import type { OrganizationConfig } from './config.js'
import { openHoldings } from './holdings/open-holdings.js'
import { serveTenants } from './http/serve-tenants.js'
import { compileShapeCheck } from './ingest/fhir-schema.js'
import { openProfileCheck } from './ingest/profiles/open-profile-check.js'
import { healthOf, openTenants } from './open-tenant.js'
import type { OnStop, OrganizationParts } from './parts.js'
import { openPolicy } from './policy/open-policy.js'
import { openSharedParts } from './shared-parts.js'

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
    return { ...(await start(config, parts, (end) => started.push(end))), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(
  config: OrganizationConfig,
  parts: OrganizationParts,
  onStop: OnStop,
): Promise<Pick<Running, 'url' | 'drain'>> {
  const { logger, now = Date.now } = parts
  const telemetry = await openTelemetry('organization', config, logger)
  onStop(() => telemetry.close())
  const port = config.KILDE_PORT || (await freePort(config.KILDE_HOST))
  const publicUrl = config.KILDE_PUBLIC_URL ?? `${schemeOf(config)}://${config.KILDE_HOST}:${port}`
  const policy = await openPolicy(config, logger, now)
  onStop(async () => policy.stop())
  const following = { tokens: tokensOf(config, now), logger, now }
  const followSettings = createFollowSettings(config, following)
  const checkShape = parts.checkShape ?? compileShapeCheck()
  const checkProfiles = await openProfileCheck(config)
  const stopping = new AbortController()
  const surroundings = {
    ...parts,
    ...{ policy, followSettings, checkShape, checkProfiles, stopping: stopping.signal },
  }
  const tenants = await openTenants(config, surroundings, onStop)
  const follower = parts.follower ?? followRegistry(config, following)
  const shared = openSharedParts(
    config,
    { ...parts, tokens: following.tokens, follower, policy, checkShape, checkProfiles, telemetry },
    onStop,
  )
  const health = () => [
    follower.health(),
    policy.health(),
    ...shared.store.health(),
    ...tenants.flatMap(healthOf),
  ]
  const holdings = openHoldings(config, tenants, { ...following, follower }, onStop)
  const server = serveTenants(tenants, shared, { config, publicUrl, health, holdings, now })
  onStop(() => follower.stop())
  await Promise.all([follower.start(), ...tenants.map(({ settings }) => settings?.start())])
  onStop(() => server.stop())
  // Streams never end by themselves; the server would wait for them.
  onStop(async () => {
    stopping.abort()
    for (const one of holdings.values()) one.mute()
  })
  await server.listen(port, config.KILDE_HOST)
  for (const one of holdings.values()) one.start()
  return { url: publicUrl, drain: () => server.drain() }
}

function tokensOf(config: OrganizationConfig, now: () => number): TokenClient {
  return createTokenClient({
    issuer: config.KILDE_ISSUER,
    clientId: config.KILDE_CLIENT_ID,
    clientKey: config.KILDE_CLIENT_KEY,
    now,
  })
}

const followRegistry = (config: OrganizationConfig, following: FollowParts): Follower =>
  createFollower({
    ...following,
    registryUrl: config.KILDE_REGISTRY_URL,
    keys: config.KILDE_REGISTRY_KEYS,
    name: config.KILDE_CLIENT_ID,
  })
