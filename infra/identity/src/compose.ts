import { randomBytes } from 'node:crypto'
import { createServer, type Logger, type Running } from '@kilde/service'
import type { FastifyInstance } from 'fastify'
import type { Provider } from 'oidc-provider'
import { createProvider } from './create-provider.js'
import { IdentityError } from './errors.js'
import { newKeyring, rotated, without } from './keyring.js'
import { logRefusals } from './log-refusals.js'
import { createMemoryAdapter } from './memory-adapter.js'
import type { IdentityConfig } from './settings.js'
import { addSignInRoutes } from './sign-in-routes.js'
import type { AlterToken } from './token-content.js'

export interface IdentityOptions {
  readonly logger: Logger
  /** For tests of what services refuse: changes the claims of every token just before it is signed. */
  readonly alterToken?: AlterToken
}

export interface RunningIdentity extends Running {
  readonly issuer: string
  /** Signs with a new key from now on; the old one stays published for `KILDE_KEY_OVERLAP_SECONDS`. */
  rotateKeys(): Promise<void>
}

/**
 * Starts the stand-in for HelseID.
 * @throws IdentityError `IDENTITY_IN_PRODUCTION` with NODE_ENV=production
 */
export async function createIdentity(
  config: IdentityConfig,
  options: IdentityOptions,
): Promise<RunningIdentity> {
  if (config.NODE_ENV === 'production') throw new IdentityError('IDENTITY_IN_PRODUCTION')
  const { logger } = options
  let provider: Provider | undefined
  const server = createServer({
    logger,
    bodyLimitBytes: 100_000,
    health: () => [{ name: 'provider', ok: provider !== undefined }],
  })
  addSignInRoutes(server.app, () => running(provider))
  passOn(server.app, () => running(provider))
  const url = await server.listen(config.KILDE_PORT, config.KILDE_HOST)
  const issuer = config.KILDE_PUBLIC_URL ?? url

  let keyring = await newKeyring()
  const secrets = { nonce: randomBytes(32), cookie: randomBytes(32).toString('base64url') }
  const adapter = createMemoryAdapter(config.KILDE_CLIENTS)
  // The library takes its keys once: other keys, another provider over the same store.
  const renew = (): void => {
    provider = createProvider({
      issuer,
      clients: config.KILDE_CLIENTS,
      tokenSeconds: config.KILDE_TOKEN_SECONDS,
      keyring,
      adapter,
      secrets,
      ...(options.alterToken && { alterToken: options.alterToken }),
    })
    logRefusals(provider, logger)
  }
  renew()

  const timers = new Set<NodeJS.Timeout>()
  const retireLater = (kid: string | undefined): void => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      keyring = without(keyring, kid)
      renew()
    }, config.KILDE_KEY_OVERLAP_SECONDS * 1000)
    timers.add(timer.unref())
  }
  return {
    url,
    issuer,
    async rotateKeys() {
      const replaced = keyring.keys[0]?.kid
      keyring = await rotated(keyring)
      renew()
      retireLater(replaced)
      logger.info({}, 'signing key replaced')
    },
    async stop() {
      for (const timer of timers) clearTimeout(timer)
      await server.stop()
    },
  }
}

function running(provider: Provider | undefined): Provider {
  if (!provider) throw new Error('the provider is not there yet')
  return provider
}

/** Everything else is the library's. It reads the body itself, so that nothing may touch it before. */
function passOn(app: FastifyInstance, provider: () => Provider): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    scope.all('/*', (request, reply) => {
      reply.hijack()
      reply.raw.setHeader('x-content-type-options', 'nosniff')
      reply.raw.setHeader('referrer-policy', 'no-referrer')
      void provider().callback()(request.raw, reply.raw)
    })
  })
}
