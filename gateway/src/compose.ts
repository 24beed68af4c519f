import { type AuditDisk, auditErrors, createSecurityLog, publishAuditLogs } from '@kilde/audit'
import { catalogueErrors, createFollower, type Follower } from '@kilde/catalogue'
import { createGraphiql } from '@kilde/graphiql'
import {
  createServer,
  freePort,
  isBroken,
  type Logger,
  openTelemetry,
  operationOf,
  type Running,
  schemeOf,
  tlsOf,
  traceSteps,
} from '@kilde/service'
import { createTokenClient, type TokenClient, trustErrors } from '@kilde/trust'
import { ownSupergraph } from './apollo/federation.js'
import { createAuditLogs } from './audit/audit-logs.js'
import type { GatewayConfig } from './config.js'
import { createEngine } from './engine.js'
import { gatewayErrors } from './errors.js'
import { addGraphqlRoute, allowOrigins } from './http/routes.js'
import { createIdentification } from './identification.js'
import { limitsOf } from './limit-settings.js'
import { openLive } from './live/open-live.js'
import { openLocator } from './locate/open-locator.js'
import { openNumbers } from './locate/open-numbers.js'
import { clearWhenIdle, type IdleClearing, type IdleOptions } from './memory/idle.js'
import type { ProcessMemory } from './memory/index.js'
import type { CursorKeys } from './merge/cursor.js'
import { createAdmit, createMeet } from './path/admit.js'
import { createAudit, createAuditPart } from './path/audit.js'
import { createAuthenticate } from './path/authenticate.js'
import { createBindAttest } from './path/bind-attest.js'
import { handle, handleStream } from './path/index.js'
import { createOpenStream } from './path/open-stream.js'
import { createPlan } from './path/plan.js'
import { createRefuse } from './path/refuse.js'
import { respond } from './path/respond.js'
import type { Asked } from './path/stage.js'
import { createRates } from './rates/create-rates.js'
import { loadBounds } from './rates/shed-load.js'
import { subgraphsOf } from './request-parts.js'
import { runNamed } from './run-named.js'
import { createAskSource } from './transport/ask-source.js'
import { exchangeInTurns } from './transport/exchange-in-turns.js'
import { createSourceClient } from './transport/source-client.js'
import { watchSources } from './transport/source-health.js'
import { createSourceTokens, type SourceTokens } from './transport/source-tokens.js'

/** What a gateway takes from its surroundings. */
export interface GatewayParts {
  readonly logger: Logger
  /** Clock (epoch milliseconds). Default: the machine's. */
  readonly now?: () => number
  /** Cleared whenever requests have been there and are no more. Absent where the process is not the gateway's alone. */
  readonly memory?: ProcessMemory
  /** What access logs are written with. Default: the machine's disk. */
  readonly auditDisk?: AuditDisk
}

/**
 * Builds a gateway, every part once and in order, and starts it.
 * @throws KildeError where the identity service or the registry cannot be reached, Node errors where the port is taken.
 */
export async function createGateway(config: GatewayConfig, parts: GatewayParts): Promise<Running> {
  const { logger, now = Date.now } = parts
  const telemetry = await openTelemetry('gateway', config, logger)
  const port = config.KILDE_PORT || (await freePort(config.KILDE_HOST))
  const publicUrl = config.KILDE_PUBLIC_URL ?? `${schemeOf(config)}://${config.KILDE_HOST}:${port}`
  const tokens = createTokenClient({
    issuer: config.KILDE_ISSUER,
    clientId: config.KILDE_CLIENT_ID,
    clientKey: config.KILDE_CLIENT_KEY,
    now,
  })
  const follower = createFollower({
    registryUrl: config.KILDE_REGISTRY_URL,
    keys: config.KILDE_REGISTRY_KEYS,
    tokens,
    name: `gateway-${port}`,
    logger,
    now,
  })
  const client = createSourceClient({
    proof: tokens.proof,
    maxResponseBytes: config.KILDE_SOURCE_MAX_BYTES,
    connectTimeoutMs: config.KILDE_SOURCE_CONNECT_MS,
    httpsOnly: config.NODE_ENV === 'production',
    traceparent: telemetry.traceparent,
  })
  // An organisation that leaves, or moves, takes its connections with it.
  follower.onChange(({ organizations }) => client.retain(organizations))
  const forSources = sourceTokens(tokens, now)
  const numbers = openNumbers(config, { tokens, now })
  const locator = openLocator(config, {
    ...{ follower, tokens, sourceTokens: forSources, numbers: numbers?.of, logger, now },
  })
  const supergraph = config.KILDE_SUPERGRAPH ?? ownSupergraph()
  const subgraphs = subgraphsOf(supergraph, config, logger)
  const errors = { ...gatewayErrors, ...trustErrors, ...catalogueErrors, ...auditErrors }
  const sourceHealth = watchSources(
    createAskSource({
      client,
      tokens: forSources,
      logger,
      limits: {
        maxInFlight: config.KILDE_SOURCE_MAX_IN_FLIGHT,
        maxQueued: config.KILDE_SOURCE_MAX_QUEUED,
      },
      sourceTimeoutMs: config.KILDE_SOURCE_TIMEOUT_MS,
      breaking: config.KILDE_CIRCUIT_BREAKER === 'on',
      hedging: config.KILDE_HEDGING === 'on',
      telemetry,
    }),
    () => numbersOf(follower),
  )
  const engine = await createEngine({
    graph: { supergraph, sources: subgraphs.sources },
    follower,
    ask: sourceHealth.ask,
    ...(locator && { narrowing: locator.narrowing }),
    numbers: numbers?.of,
    cursorKeys: cursorKeysOf(config),
    handleKey: config.KILDE_CURSOR_KEY,
    sourceTimeoutMs: config.KILDE_SOURCE_TIMEOUT_MS,
    requestTimeoutMs: config.KILDE_REQUEST_TIMEOUT_MS,
    maxCost: config.KILDE_DOCUMENT_MAX_COST,
    showsSchema: config.KILDE_INTROSPECTION === 'on',
    errors,
    telemetry,
    logger,
    now,
  })
  let clearing: IdleClearing | undefined
  const logs = createAuditLogs({
    directory: config.KILDE_AUDIT_DIRECTORY,
    key: config.KILDE_AUDIT_KEY,
    previousKeys: config.KILDE_AUDIT_KEYS_PREVIOUS ?? [],
    organizationKeys: config.KILDE_AUDIT_ORGANIZATION_KEYS ?? {},
    ...(config.KILDE_AUDIT_RETENTION && { retention: config.KILDE_AUDIT_RETENTION }),
    ...(parts.auditDisk && { disk: parts.auditDisk }),
    onPruned: () => clearing?.soon(),
    logger,
    now,
  })
  const security = createSecurityLog({
    directory: `${config.KILDE_AUDIT_DIRECTORY}/security`,
    logger,
    now,
  })
  const graphqlUrl = `${publicUrl}/graphql`
  const secret = config.KILDE_CURSOR_KEY
  const identification = createIdentification(config, { graphqlUrl, secret, logger, now })
  const rates = createRates(config, { logger, now })
  const refuse = createRefuse({ logs, security, logger, now })
  const live = openLive(config, { engine, logs, tokens, sourceTokens: forSources, now }, refuse)
  const steps = traceSteps(telemetry, 'gateway', {
    authenticate: createAuthenticate(identification.verifier, graphqlUrl),
    admit: createAdmit(rates.allowances),
    plan: createPlan(limitsOf(config), config.KILDE_REGISTERED_OPERATIONS),
    meet: createMeet(rates.patients),
    bindAttest: createBindAttest(identification.bindAttest),
    run: runNamed(telemetry, config.KILDE_REGISTERED_OPERATIONS, engine.run),
    audit: createAudit(logs, now),
    respond,
    refuse,
    renew: (asked: Asked, stream: string) => live.renew(asked, stream),
  })
  const streaming = {
    ...steps,
    ...traceSteps(telemetry, 'gateway', {
      open: createOpenStream(config),
      auditPart: createAuditPart(logs, now),
    }),
    merge: engine.merge,
    parts: config.KILDE_STREAM_PARTS,
    subscription: live.steps,
  }
  const server = createServer({
    logger,
    bodyLimitBytes: config.KILDE_BODY_MAX_BYTES,
    tls: tlsOf(config),
    telemetry,
    operation: operationOf(config, {
      ...{ service: 'gateway', now, more: () => sourceHealth.health() },
      folder: config.KILDE_AUDIT_DIRECTORY,
      issuer: config.KILDE_ISSUER,
      clockSkewSeconds: config.KILDE_CLOCK_SKEW_SECONDS,
    }),
    health: () => [follower.health(), logs.health(), ...identification.store.health()],
  })
  const { KILDE_ALLOWED_ORIGINS: origins } = config
  if (origins) await allowOrigins(server, origins)
  identification.addTo(server)
  publishAuditLogs(server, '/audit/:log', (log) => logs.published(log))
  const { headers } = subgraphs
  addGraphqlRoute(server, {
    ...{ now, headers, traceparent: telemetry.traceparent },
    handle: (request) => handle(steps, request),
    load: loadBounds(config, logger),
    stream: {
      handle: (request) => handleStream(streaming, request),
      slowMs: config.KILDE_STREAM_SLOW_MS,
      ended: () => clearing?.soon(),
    },
  })
  await addGraphiql(server, config, { publicUrl, sdl: supergraph.sdl, logger })

  await engine.start()
  await follower.start()
  locator?.start()
  const { memory } = parts
  await memory?.prepare()
  clearing = memory && clearWhenIdle(server.app.server, memory, idleOf(config, logger))
  await server.listen(port, config.KILDE_HOST)
  return {
    url: publicUrl,
    drain: () => server.drain(),
    // The server first, so that requests under way still have everything they need.
    stop: async () => {
      live.stop()
      await server.stop()
      await live.close()
      clearing?.stop()
      await Promise.all([
        engine.stop(),
        follower.stop(),
        locator?.stop(),
        numbers?.close(),
        identification.store.close(),
        rates.close(),
        client.close(),
        subgraphs.close(),
        security.close(),
        logs.close(),
      ])
      await telemetry.close()
    },
  }
}

/** None where the registry's state may not be used: nobody is asked then. */
function numbersOf(follower: Follower): ReadonlySet<string> {
  if (isBroken(follower.health())) return new Set()
  return new Set(follower.current().state.organizations.map(({ number }) => number))
}

function sourceTokens(tokens: TokenClient, now: () => number): SourceTokens {
  return createSourceTokens({
    tokens: exchangeInTurns(tokens),
    scope: 'kilde:organization/read',
    now,
  })
}

/** A client that left is soon forgotten, its timers are not: what they hold is there until they ring. */
function idleOf(config: GatewayConfig, logger: Logger): IdleOptions {
  const idleMs = Math.max(config.KILDE_IDLE_CLEAR_MS, config.KILDE_REQUEST_TIMEOUT_MS + 1_000)
  return { idleMs, logger }
}

function cursorKeysOf(config: GatewayConfig): CursorKeys {
  const previous = config.KILDE_CURSOR_KEY_PREVIOUS
  return { current: config.KILDE_CURSOR_KEY, ...(previous ? { previous } : {}) }
}

async function addGraphiql(
  server: ReturnType<typeof createServer>,
  config: GatewayConfig,
  graph: { readonly publicUrl: string; readonly sdl: string; readonly logger: Logger },
): Promise<void> {
  const clientKey = config.KILDE_GRAPHIQL_CLIENT_KEY
  if (config.KILDE_GRAPHIQL === 'off' || clientKey === undefined) return
  const { examples = [], attests = [] } = config.KILDE_GRAPHIQL_EXAMPLES ?? {}
  await server.app.register(
    createGraphiql({
      ...graph,
      issuer: config.KILDE_ISSUER,
      clientId: config.KILDE_GRAPHIQL_CLIENT_ID,
      clientKey,
      audience: config.KILDE_AUDIENCE,
      scope: 'openid kilde:gateway/read',
      examples,
      attests,
    }),
    { prefix: '/graphiql' },
  )
}
