import { createSecurityLog } from '@kilde/audit'
import {
  type AddressRules,
  executableRegistry,
  registryScopes,
  streamEvents,
} from '@kilde/catalogue'
import { registrySdl } from '@kilde/contract'
import { createAccess, createFollowers } from '@kilde/feed'
import { locatorAudience, locatorScope } from '@kilde/locate'
import {
  createLogger,
  createServer,
  type Logger,
  openTelemetry,
  operationOf,
  type Running,
  tlsOf,
} from '@kilde/service'
import {
  createRequestVerifier,
  issuerJwks,
  memoryReplayStore,
  type Nonces,
  type RequestVerifierOptions,
  serviceNonces,
  tellNonces,
} from '@kilde/trust'
import { type ChangeLog, openChangeLog } from './data/change-log.js'
import { createRegister } from './data/register.js'
import { openStore } from './data/store.js'
import { RegistryError } from './errors.js'
import { createBulletin } from './follow/bulletin.js'
import { startHeartbeat } from './follow/heartbeat.js'
import { addAdmin } from './http/admin.js'
import { addFollow } from './http/follow.js'
import { addGraphql } from './http/graphql.js'
import { limitDocument } from './http/limit-document.js'
import { openLocate } from './locate/open-locate.js'
import type { RegistryConfig } from './settings.js'

/** Bodies other than a whole import. */
const BODY_LIMIT_BYTES = 256 * 1024

export interface RegistryParts {
  readonly logger?: Logger
  /** Epoch milliseconds. */
  readonly now?: () => number
}

/**
 * Starts the registry.
 * @throws CatalogueError `CATALOGUE_INVALID` where the state file is not valid, naming every problem
 */
export async function createRegistry(
  config: RegistryConfig,
  parts: RegistryParts = {},
): Promise<Running> {
  const { now = Date.now, logger = createLogger('registry', config.KILDE_LOG_LEVEL) } = parts
  const telemetry = await openTelemetry('registry', config, logger)
  const directory = config.KILDE_REGISTRY_DIRECTORY
  const store = await openStore(directory, now)
  const log = await openChangeLog(directory)

  const followers = createFollowers({
    most: config.KILDE_REGISTRY_MAX_FOLLOWERS,
    now,
    full: () => new RegistryError('REGISTRY_FULL'),
    unknown: () => new RegistryError('FOLLOWER_UNKNOWN'),
  })
  const publish = async (): Promise<void> =>
    followers.broadcast(streamEvents.state, (await bulletin.state()).jws)
  const maxStateBytes = config.KILDE_REGISTRY_MAX_STATE_BYTES
  const register = createRegister({ store, log, logger, now, publish, maxStateBytes })
  const current = () => register.current()
  const bulletin = createBulletin({ current, key: config.KILDE_REGISTRY_KEY, now })
  const security = createSecurityLog({ directory, logger, now })

  const health = () => [register.health()]
  const server = createServer({
    ...{ logger, health, telemetry, tls: tlsOf(config) },
    operation: operationOf(config, {
      ...{ service: 'registry', now, folder: directory, issuer: config.KILDE_ISSUER },
      clockSkewSeconds: config.KILDE_CLOCK_SKEW_SECONDS,
    }),
    bodyLimitBytes: BODY_LIMIT_BYTES,
  })
  let listening = ''
  const baseUrl = (): string => config.KILDE_PUBLIC_URL ?? listening
  const nonces = serviceNonces({ wanted: config.KILDE_DPOP_NONCE === 'on', now })
  tellNonces(server, nonces)
  const verifierFor = createVerifiers(config, now, nonces)
  const accessFor = (scope: string, more: MoreOfCallers = {}) =>
    createAccess({ security, baseUrl, verifier: verifierFor(scope, more) })
  addFollow(server.app, {
    register,
    bulletin,
    followers,
    access: accessFor(registryScopes.follow),
  })
  addAdmin(server.app, {
    register,
    followers,
    access: accessFor(registryScopes.admin),
    ackWaitMs: config.KILDE_REGISTRY_ACK_WAIT_MS,
    maxStateBytes,
    addresses: addressRules(config.NODE_ENV === 'production'),
  })
  const rules = [limitDocument({ depth: 8, lists: 5 })]
  const subgraph = executableRegistry(registrySdl, { rules, maxTokens: 1_000 })
  addGraphql(server.app, { register, subgraph })

  const closeLocate = await openLocate(server.app, config, {
    access: accessFor(locatorScope, ofLocator),
    followerAccess: accessFor(registryScopes.follow),
    ...{ current, logger, now },
  })

  listening = await server.listen(config.KILDE_PORT, config.KILDE_HOST).catch(async (error) => {
    await closeLocate()
    await log.close()
    await telemetry.close()
    throw error
  })
  await noteStart(log, store.initial.version, now)
  const everyMs = config.KILDE_REGISTRY_HEARTBEAT_MS
  const endHeartbeat = startHeartbeat({ bulletin, followers, current, everyMs, logger })
  return {
    url: baseUrl(),
    drain: () => server.drain(),
    async stop() {
      endHeartbeat()
      // Streams never end by themselves; the server would wait for them.
      followers.closeAll()
      await server.stop()
      await closeLocate()
      await log.close()
      await security.close()
      await telemetry.close()
    },
  }
}

/** Demo networks, whose nodes are on this machine, have no TLS. */
const addressRules = (production: boolean): AddressRules => ({
  httpsOnly: production,
  loopback: !production,
})

/** Changes that the log announced above this version took no effect. */
function noteStart(log: ChangeLog, version: number, now: () => number): Promise<void> {
  const at = new Date(now()).toISOString()
  return log.append({ at, client: 'registry', action: 'start', version })
}

type MoreOfCallers = Partial<
  Pick<RequestVerifierOptions, 'audience' | 'accept' | 'minimumSecurityLevel'>
>

/** Persons' numbers are evaluated for whoever is signed in, and for nodes. */
const ofLocator: MoreOfCallers = {
  audience: locatorAudience,
  accept: ['system', 'professional', 'citizen'],
  minimumSecurityLevel: 4,
}

/** One verifier per scope over the same keys and the same memory of used proofs. */
function createVerifiers(config: RegistryConfig, now: () => number, nonces: Nonces | undefined) {
  const keys = issuerJwks(config.KILDE_ISSUER)
  const replay = memoryReplayStore({ now })
  return (requiredScope: string, more: MoreOfCallers) =>
    createRequestVerifier({
      issuer: config.KILDE_ISSUER,
      audience: config.KILDE_AUDIENCE,
      clockSkewSeconds: config.KILDE_CLOCK_SKEW_SECONDS,
      keys,
      replay,
      ...(nonces && { nonces }),
      now,
      requiredScope,
      requireBodyDigest: true,
      accept: ['system'],
      ...more,
    })
}
