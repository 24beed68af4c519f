import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { createSecurityLog, openAuditLog, publishAuditLogs } from '@kilde/audit'
import { createAccess } from '@kilde/feed'
import { privacyScopes } from '@kilde/privacy'
import {
  createLogger,
  createServer,
  type Logger,
  openTelemetry,
  operationOf,
  type Running,
  tlsOf,
  traceSteps,
} from '@kilde/service'
import {
  createRequestVerifier,
  issuerJwks,
  type JwksSource,
  memoryReplayStore,
  type Nonces,
  serviceNonces,
  tellNonces,
} from '@kilde/trust'
import { createDistribution } from './distribute/distribution.js'
import { createEntitled } from './distribute/entitled.js'
import { followRegistry } from './distribute/follow-registry.js'
import { startHeartbeat } from './distribute/heartbeat.js'
import { createExecute } from './graphql/execute.js'
import { addFollow } from './http/follow.js'
import { addRoutes } from './http/routes.js'
import { createAudit, createRefuse } from './path/audit.js'
import { createDecide } from './path/decide.js'
import { createDistribute } from './path/distribute.js'
import { createGather } from './path/gather.js'
import { createLine } from './path/index.js'
import { createKeep } from './path/keep.js'
import { listedPeople, type People } from './people/people.js'
import { type Change, Ledger } from './settings/ledger.js'
import type { PrivacyConfig } from './settings.js'
import { nextMark, openStore, type Store } from './store/store.js'

export interface PrivacyParts {
  readonly logger?: Logger
  /** Epoch milliseconds. */
  readonly now?: () => number
  /** Keys of the issuer. Default: those that its metadata name. */
  readonly keys?: JwksSource
}

/** Bodies other than those of an address with a limit of its own. */
const BODY_LIMIT_BYTES = 64 * 1024

/**
 * Starts the privacy service.
 * @throws PrivacyError where the store cannot be used, AuditError where the access log cannot
 */
export async function createPrivacy(
  config: PrivacyConfig,
  parts: PrivacyParts = {},
): Promise<Running> {
  // What was started is ended in reverse: the server first.
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
  config: PrivacyConfig,
  parts: PrivacyParts,
  onStop: (end: () => Promise<unknown>) => void,
): Promise<Pick<Running, 'url' | 'drain'>> {
  const { now = Date.now, logger = createLogger('privacy', config.KILDE_LOG_LEVEL) } = parts
  const telemetry = await openTelemetry('privacy', config, logger)
  onStop(() => telemetry.close())
  const directory = config.KILDE_AUDIT_DIRECTORY
  const log = await openAuditLog({
    directory,
    owner: 'privacy',
    key: config.KILDE_AUDIT_KEY,
    previousKeys: config.KILDE_AUDIT_KEYS_PREVIOUS ?? [],
    ...(config.KILDE_AUDIT_RETENTION && { retention: config.KILDE_AUDIT_RETENTION }),
    logger,
    now,
  })
  onStop(() => log.close())
  const security = createSecurityLog({ directory: join(directory, 'security'), logger, now })
  onStop(() => security.close())
  const store = await openStore({
    databaseUrl: config.DATABASE_URL,
    key: config.KILDE_PRIVACY_STORE_KEY,
  })
  onStop(() => store.close())
  const people = listedPeople(config.KILDE_PRIVACY_PEOPLE, {
    asOfMs: config.KILDE_PRIVACY_PEOPLE_AS_OF,
    now,
  })
  const ledger = await loadLedger(store, people)
  const registry = followRegistry(config, { logger, now })
  onStop(() => registry.stop())
  const entitled = createEntitled({ registry, narrowing: config.KILDE_PRIVACY_NODES, now })
  await registry.start()

  const distribution = createDistribution({
    ledger,
    people,
    now,
    logger,
    organizations: () => entitled.organizations(),
    signingKey: config.KILDE_PRIVACY_KEY,
    nodeKey: config.KILDE_PRIVACY_NODE_KEY,
    healthy: () => store.health().ok,
  })
  const steps = traceSteps(telemetry, 'privacy', {
    decide: createDecide({ ledger, people, now }),
    audit: createAudit({ log, now }),
    keep: createKeep(store, ledger),
    distribute: createDistribute(distribution, config.KILDE_PRIVACY_ACK_WAIT_MS),
    gather: createGather({ ledger, people, distribution, now }),
    refuse: createRefuse({ log, now }),
  })
  const line = createLine(steps)
  const server = createServer({
    logger,
    bodyLimitBytes: BODY_LIMIT_BYTES,
    tls: tlsOf(config),
    telemetry,
    operation: operationOf(config, {
      ...{ service: 'privacy', now, folder: directory, issuer: config.KILDE_ISSUER },
      clockSkewSeconds: config.KILDE_CLOCK_SKEW_SECONDS,
    }),
    health: () => [store.health(), log.health(), registry.health()],
  })
  let listening = ''
  const baseUrl = (): string => config.KILDE_PUBLIC_URL ?? listening
  const nonces = serviceNonces({ wanted: config.KILDE_DPOP_NONCE === 'on', now })
  tellNonces(server, nonces)
  const verifierFor = createVerifiers(config, { now, nonces, given: parts.keys })
  const accessFor = (scope: string, kind: 'citizen' | 'system') =>
    createAccess({ security, baseUrl, verifier: verifierFor(scope, kind) })
  publishAuditLogs(server, '/audit', async () => log.published)
  const endLost = addFollow(server.app, {
    ledger,
    distribution,
    access: accessFor(privacyScopes.follow, 'system'),
    entitled,
  })
  registry.onChange(endLost)
  addRoutes(server.app, {
    line,
    execute: createExecute(line),
    access: accessFor(privacyScopes.own, 'citizen'),
    importAccess: accessFor(privacyScopes.import, 'system'),
  })
  listening = await server.listen(config.KILDE_PORT, config.KILDE_HOST)
  const confirm = async (): Promise<void> => {
    // What the registry says may end by the clock alone.
    endLost()
    await distribution.confirm()
  }
  const endHeartbeat = startHeartbeat({ confirm }, config.KILDE_PRIVACY_HEARTBEAT_MS, logger)
  onStop(async () => {
    endHeartbeat()
    // Streams never end by themselves; the server would wait for them.
    distribution.followers.closeAll()
    await server.stop()
  })
  return { url: baseUrl(), drain: () => server.drain() }
}

/** Base data may have changed while nobody looked: at every start they count as changed, so that nodes get them anew. */
async function loadLedger(store: Store, people: People): Promise<Ledger> {
  const ledger = new Ledger()
  for (const change of await store.changes()) ledger.apply(change)
  let { mark } = ledger
  const changes: Change[] = people.all().map(({ identifier: person }) => {
    mark = nextMark(mark, `base data ${randomUUID()}`)
    return { mark, person }
  })
  await store.append(changes)
  for (const change of changes) ledger.apply(change)
  return ledger
}

interface VerifierParts {
  readonly now: () => number
  readonly nonces: Nonces | undefined
  readonly given: JwksSource | undefined
}

/** One verifier per scope over the same keys and the same memory of used proofs. */
function createVerifiers(config: PrivacyConfig, { now, nonces, given }: VerifierParts) {
  const keys = given ?? issuerJwks(config.KILDE_ISSUER)
  const replay = memoryReplayStore({ now })
  return (requiredScope: string, kind: 'citizen' | 'system') =>
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
      accept: [kind],
      minimumSecurityLevel: 4,
    })
}
