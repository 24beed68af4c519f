import { createSecurityLog } from '@kilde/audit'
import {
  createServer,
  freePort,
  type Logger,
  openTelemetry,
  operationOf,
  type PartHealth,
  type Running,
  type Server,
  schemeOf,
  type Telemetry,
  tlsOf,
  toKildeError,
} from '@kilde/service'
import { createFederation } from '../apollo/federation.js'
import { createAuditLogs } from '../audit/audit-logs.js'
import type { GatewayParts } from '../compose.js'
import { errorReply } from '../http/reply.js'
import { addGraphqlRoute, allowOrigins } from '../http/routes.js'
import { createIdentification } from '../identification.js'
import { limitsOf } from '../limit-settings.js'
import { createAdmit } from '../path/admit.js'
import { createAuthenticate } from '../path/authenticate.js'
import { createRefuse } from '../path/refuse.js'
import { createAllowances } from '../rates/create-rates.js'
import { loadBounds } from '../rates/shed-load.js'
import { subgraphsOf } from '../request-parts.js'
import type { GuardedConfig, OrdinaryConfig } from './config.js'
import { handleOrdinary, type OrdinarySteps } from './index.js'
import { read } from './read.js'
import { respond } from './respond.js'
import { createRun } from './run.js'
import { createOrdinaryServer } from './server.js'

/** Who may ask an ordinary graph, and what becomes of those who may not. */
interface Guard extends Pick<OrdinarySteps, 'admit' | 'enter' | 'refuse'> {
  /** Adds what clients need to know of it. */
  addTo(server: Server): void
  health(): readonly PartHealth[]
  close(): Promise<void>
}

/**
 * Builds a gateway for an ordinary graph, and starts it.
 * @throws KildeError `INVALID_CONFIGURATION` where Apollo refuses the supergraph
 */
export async function createOrdinaryGateway(
  config: OrdinaryConfig | GuardedConfig,
  parts: GatewayParts,
): Promise<Running> {
  const { logger } = parts
  const telemetry = await openTelemetry('gateway', config, logger)
  const port = config.KILDE_PORT || (await freePort(config.KILDE_HOST))
  const publicUrl = config.KILDE_PUBLIC_URL ?? `${schemeOf(config)}://${config.KILDE_HOST}:${port}`
  const supergraph = config.KILDE_SUPERGRAPH
  const subgraphs = subgraphsOf(supergraph, config, logger)
  const apollo = createOrdinaryServer(
    await createFederation(subgraphs.sources, supergraph),
    logger,
    config.KILDE_INTROSPECTION === 'on',
  )
  const guard = 'KILDE_ISSUER' in config ? guarded(config, publicUrl, parts) : open(logger)
  const steps: OrdinarySteps = {
    admit: guard.admit,
    enter: guard.enter,
    read,
    run: createRun(apollo, limitsOf(config)),
    respond,
    refuse: guard.refuse,
  }
  const server = createServer({
    logger,
    bodyLimitBytes: config.KILDE_BODY_MAX_BYTES,
    tls: tlsOf(config),
    telemetry,
    operation: operationOf(config, { service: 'gateway', now: parts.now ?? Date.now }),
    health: () => guard.health(),
  })
  if (config.KILDE_ALLOWED_ORIGINS) await allowOrigins(server, config.KILDE_ALLOWED_ORIGINS)
  addRoute(server, steps, config, {
    headers: subgraphs.headers,
    telemetry,
    logger,
    now: parts.now ?? Date.now,
  })
  guard.addTo(server)
  await apollo.start()
  await server.listen(port, config.KILDE_HOST)
  return {
    url: publicUrl,
    drain: () => server.drain(),
    stop: async () => {
      await server.stop()
      await Promise.all([apollo.stop(), subgraphs.close(), guard.close()])
      await telemetry.close()
    },
  }
}

interface RouteParts {
  readonly headers: readonly string[]
  readonly telemetry: Telemetry
  readonly logger: Logger
  readonly now: () => number
}

/**
 * Operations stand in an address only where nobody has to say who asks: a proof does not cover what stands behind the `?` of
 * an address (RFC 9449 §4.2), and addresses get into logs.
 */
function addRoute(
  server: ReturnType<typeof createServer>,
  steps: OrdinarySteps,
  config: OrdinaryConfig,
  { headers, now, telemetry, logger }: RouteParts,
): void {
  addGraphqlRoute(server, {
    now,
    headers,
    traceparent: telemetry.traceparent,
    load: loadBounds(config, logger),
    handle: (request, accepted) =>
      handleOrdinary(steps, { ...request, accepted, search: undefined }),
    ...(config.KILDE_AUTHENTICATION === 'off' && {
      handleGet: (search, request, accepted) =>
        handleOrdinary(steps, { ...request, accepted, search }),
    }),
  })
}

/** The rules of tokens are those of the contract's graph; without patients, only refusals are recorded. */
function guarded(config: GuardedConfig, publicUrl: string, parts: GatewayParts): Guard {
  const { logger, now = Date.now } = parts
  const directory = config.KILDE_AUDIT_DIRECTORY
  const logs = createAuditLogs({ directory, key: config.KILDE_AUDIT_KEY, logger, now })
  const security = createSecurityLog({ directory: `${directory}/security`, logger, now })
  const graphqlUrl = `${publicUrl}/graphql`
  const secret = config.KILDE_AUDIT_KEY
  const identification = createIdentification(config, { graphqlUrl, secret, logger, now })
  const { store } = identification
  const authenticate = createAuthenticate(identification.verifier, graphqlUrl)
  const rates = createAllowances(config, { logger })
  const admit = createAdmit(rates.allowances)
  return {
    admit: async (request) => {
      const { requester } = await authenticate(request)
      return { ...request, requester }
    },
    enter: async ({ requester }) => (requester ? admit({ requester }) : () => {}),
    refuse: createRefuse({ logs, security, logger, now }),
    addTo: (server) => identification.addTo(server),
    health: () => [logs.health(), ...store.health()],
    close: async () => {
      await Promise.all([logs.close(), security.close(), store.close(), rates.close()])
    },
  }
}

function open(logger: Logger): Guard {
  return {
    admit: async (request) => ({ ...request, requester: undefined }),
    // There is nobody to count for.
    enter: async () => () => {},
    refuse: async ({ requestId }, refusal) => {
      const error = toKildeError(refusal)
      if (error.status >= 500) {
        logger.error({ requestId, code: error.code, detail: error.detail }, 'request failed')
      }
      return errorReply(error)
    },
    addTo: () => {},
    health: () => [],
    close: async () => {},
  }
}
