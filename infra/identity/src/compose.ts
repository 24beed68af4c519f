import { randomBytes } from 'node:crypto'
import {
  createServer,
  type Logger,
  openTelemetry,
  operationOf,
  type Running,
  ServiceError,
  tlsOf,
} from '@kilde/service'
import type { FastifyInstance } from 'fastify'
import type { Provider } from 'oidc-provider'
import { addBaseDataRoutes } from './base-data-routes.js'
import { registeredClients } from './clients.js'
import { IdentityError } from './errors.js'
import { logRefusals } from './log-refusals.js'
import { createMemoryAdapter } from './memory-adapter.js'
import { addPersonNumbers } from './person-numbers.js'
import { createRotatingProvider, type RotatingProvider } from './rotating-provider.js'
import type { IdentityConfig } from './settings.js'
import { addSignInRoutes } from './sign-in-routes.js'
import type { AlterToken } from './token-content.js'

export interface IdentityOptions {
  readonly logger: Logger
  /** For tests of what services refuse: changes the claims of every access token just before it is signed. */
  readonly alterToken?: AlterToken
}

export interface RunningIdentity extends Running {
  readonly issuer: string
  /** Signs with a new key from now on; the old one stays published for `KILDE_KEY_OVERLAP_SECONDS`. */
  rotateKeys(): Promise<void>
}

/**
 * Starts the stand-in for HelseID. Its keys and secrets are new at each start.
 * @throws IdentityError `IDENTITY_IN_PRODUCTION` with NODE_ENV=production
 * @throws ServiceError `INVALID_CONFIGURATION` where a client cannot be registered
 */
export async function createIdentity(
  config: IdentityConfig,
  options: IdentityOptions,
): Promise<RunningIdentity> {
  if (config.NODE_ENV === 'production') throw new IdentityError('IDENTITY_IN_PRODUCTION')
  const { logger } = options
  const telemetry = await openTelemetry('identity', config, logger)
  let started: RotatingProvider | undefined
  const provider = (): Provider => {
    if (!started) throw new ServiceError('INTERNAL', { detail: 'not started yet' })
    return started.current()
  }
  const server = createServer({
    logger,
    bodyLimitBytes: 100_000,
    tls: tlsOf(config),
    telemetry,
    operation: operationOf(config, { service: 'identity', now: Date.now }),
    health: () => [{ name: 'provider', code: 'SERVICE_NOT_STARTED', ok: started !== undefined }],
  })
  addSignInRoutes(server.app, provider)
  addBaseDataRoutes(server.app)
  let listening = ''
  const issuerName = (): string => config.KILDE_PUBLIC_URL ?? listening
  addPersonNumbers(server.app, config.KILDE_PERSONS, issuerName)
  passOn(server.app, provider)
  // Listening comes first: on port 0 only then the issuer's name is known.
  const url = await server.listen(config.KILDE_PORT, config.KILDE_HOST)
  listening = url
  const issuer = issuerName()
  try {
    started = await startProvider(issuer, config, options)
  } catch (error) {
    await server.stop()
    await telemetry.close()
    throw error
  }
  const { rotate, stop } = started
  return {
    url,
    issuer,
    drain: () => server.drain(),
    async rotateKeys() {
      await rotate()
      logger.info({}, 'signing key replaced')
    },
    async stop() {
      stop()
      await server.stop()
      await telemetry.close()
    },
  }
}

async function startProvider(
  issuer: string,
  config: IdentityConfig,
  { logger, alterToken }: IdentityOptions,
): Promise<RotatingProvider> {
  const clients = registeredClients(config.KILDE_CLIENTS, config.KILDE_CLIENTS_DIRECTORY)
  const rotating = await createRotatingProvider({
    issuer,
    clients,
    tokenSeconds: config.KILDE_TOKEN_SECONDS,
    adapter: createMemoryAdapter(clients),
    secrets: { nonce: randomBytes(32), cookie: randomBytes(32).toString('base64url') },
    overlapMs: config.KILDE_KEY_OVERLAP_SECONDS * 1000,
    onNew: (provider) => logRefusals(provider, logger),
    ...(config.KILDE_SIGNING_KEY && { signingKey: config.KILDE_SIGNING_KEY }),
    ...(alterToken && { alterToken }),
  })
  for (const { clientId } of config.KILDE_CLIENTS) await register(rotating.current(), clientId)
  return rotating
}

/** The library looks at a client when it is first used: a fault in one must show at the start. */
async function register(provider: Provider, clientId: string): Promise<void> {
  try {
    await provider.Client.find(clientId)
  } catch (cause) {
    const text = `KILDE_CLIENTS: ${clientId} cannot be registered`
    throw new ServiceError('INVALID_CONFIGURATION', { text, cause })
  }
}

/** Everything else is the library's. It reads the body itself, so that nothing may touch it before. */
function passOn(app: FastifyInstance, provider: () => Provider): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    scope.all('/*', (request, reply) => {
      const handle = provider().callback()
      reply.hijack()
      reply.raw.setHeader('x-content-type-options', 'nosniff')
      reply.raw.setHeader('referrer-policy', 'no-referrer')
      void handle(request.raw, reply.raw)
    })
  })
}
