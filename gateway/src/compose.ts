import { auditErrors, createSecurityLog } from '@kilde/audit'
import { catalogueErrors, createFollower } from '@kilde/catalogue'
import { readSupergraphSdl } from '@kilde/contract'
import { createGraphiql } from '@kilde/graphiql'
import { createServer, freePort, type Logger, type Running } from '@kilde/service'
import {
  createRequestVerifier,
  createTokenClient,
  issuerJwks,
  memoryReplayStore,
  type RequestVerifier,
  type TokenClient,
  trustErrors,
} from '@kilde/trust'
import { createAuditLogs } from './audit/audit-logs.js'
import type { GatewayConfig } from './config.js'
import { createEngine } from './engine.js'
import { gatewayErrors } from './errors.js'
import { addGraphqlRoute, allowOrigins } from './http/routes.js'
import type { DocumentLimits } from './limits.js'
import type { CursorKeys } from './merge/cursor.js'
import { createAudit } from './path/audit.js'
import { createAuthenticate } from './path/authenticate.js'
import { handle } from './path/index.js'
import { createPlan } from './path/plan.js'
import { createRefuse } from './path/refuse.js'
import { respond } from './path/respond.js'
import { createAskSource } from './transport/ask-source.js'
import { createSourceClient } from './transport/source-client.js'
import { createSourceTokens, type SourceTokens } from './transport/source-tokens.js'

/** What a gateway takes from its surroundings. */
export interface GatewayParts {
  readonly logger: Logger
  /** Clock (epoch milliseconds). Default: the machine's. */
  readonly now?: () => number
}

/**
 * Builds a gateway, every part once and in order, and starts it.
 * @throws KildeError where the identity service or the registry cannot be reached, Node errors where the port is taken.
 */
export async function createGateway(config: GatewayConfig, parts: GatewayParts): Promise<Running> {
  const { logger, now = Date.now } = parts
  const port = config.KILDE_PORT || (await freePort(config.KILDE_HOST))
  const publicUrl = config.KILDE_PUBLIC_URL ?? `http://${config.KILDE_HOST}:${port}`
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
  })
  const errors = { ...gatewayErrors, ...trustErrors, ...catalogueErrors, ...auditErrors }
  const engine = await createEngine({
    follower,
    ask: createAskSource({ client, tokens: sourceTokens(tokens, now), logger }),
    cursorKeys: cursorKeysOf(config),
    handleKey: config.KILDE_CURSOR_KEY,
    sourceTimeoutMs: config.KILDE_SOURCE_TIMEOUT_MS,
    errors,
    logger,
    now,
  })
  const logs = createAuditLogs({
    directory: config.KILDE_AUDIT_DIRECTORY,
    key: config.KILDE_AUDIT_KEY,
    logger,
    now,
  })
  const security = createSecurityLog({
    directory: `${config.KILDE_AUDIT_DIRECTORY}/security`,
    logger,
    now,
  })
  const steps = {
    authenticate: createAuthenticate(verifierOf(config, now), `${publicUrl}/graphql`),
    plan: createPlan(limitsOf(config)),
    run: engine.run,
    audit: createAudit(logs, now),
    respond,
    refuse: createRefuse({ logs, security, logger, now }),
  }
  const server = createServer({
    logger,
    bodyLimitBytes: config.KILDE_BODY_MAX_BYTES,
    health: () => [follower.health(), logs.health()],
  })
  const { KILDE_ALLOWED_ORIGINS: origins } = config
  if (origins) await allowOrigins(server, origins)
  addGraphqlRoute(server, (request) => handle(steps, request), now)
  await addGraphiql(server, config, publicUrl, logger)

  await engine.start()
  await follower.start()
  await server.listen(port, config.KILDE_HOST)
  return {
    url: publicUrl,
    // The server first, so that requests under way still have everything they need.
    stop: async () => {
      await server.stop()
      await Promise.all([
        engine.stop(),
        follower.stop(),
        client.close(),
        security.close(),
        logs.close(),
      ])
    },
  }
}

function sourceTokens(tokens: TokenClient, now: () => number): SourceTokens {
  return createSourceTokens({ tokens, scope: 'kilde:organization/read', now })
}

function cursorKeysOf(config: GatewayConfig): CursorKeys {
  const previous = config.KILDE_CURSOR_KEY_PREVIOUS
  return { current: config.KILDE_CURSOR_KEY, ...(previous ? { previous } : {}) }
}

function verifierOf(config: GatewayConfig, now: () => number): RequestVerifier {
  return createRequestVerifier({
    issuer: config.KILDE_ISSUER,
    audience: config.KILDE_AUDIENCE,
    keys: issuerJwks(config.KILDE_ISSUER),
    replay: memoryReplayStore(),
    now,
    clockSkewSeconds: config.KILDE_CLOCK_SKEW_SECONDS,
    requiredScope: 'kilde:gateway/read',
    accept: ['professional', 'citizen'],
    minimumSecurityLevel: 4,
  })
}

function limitsOf(config: GatewayConfig): DocumentLimits {
  return {
    maxCharacters: config.KILDE_DOCUMENT_MAX_CHARACTERS,
    maxTokens: config.KILDE_DOCUMENT_MAX_TOKENS,
    maxDepth: config.KILDE_DOCUMENT_MAX_DEPTH,
    maxAliases: config.KILDE_DOCUMENT_MAX_ALIASES,
    maxDirectives: config.KILDE_DOCUMENT_MAX_ALIASES,
    maxCost: config.KILDE_DOCUMENT_MAX_COST,
  }
}

async function addGraphiql(
  server: ReturnType<typeof createServer>,
  config: GatewayConfig,
  publicUrl: string,
  logger: Logger,
): Promise<void> {
  const clientKey = config.KILDE_GRAPHIQL_CLIENT_KEY
  if (config.KILDE_GRAPHIQL === 'off' || clientKey === undefined) return
  const { examples = [], attests = [] } = config.KILDE_GRAPHIQL_EXAMPLES ?? {}
  await server.app.register(
    createGraphiql({
      publicUrl,
      issuer: config.KILDE_ISSUER,
      clientId: config.KILDE_GRAPHIQL_CLIENT_ID,
      clientKey,
      audience: config.KILDE_AUDIENCE,
      scope: 'openid kilde:gateway/read',
      sdl: readSupergraphSdl(),
      examples,
      attests,
      logger,
    }),
    { prefix: '/graphiql' },
  )
}
