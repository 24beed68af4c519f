import type { Logger } from '@kilde/service'
import { errors, type KoaContextWithOIDC, type Provider } from 'oidc-provider'

/** Logs what the provider refuses: error code and client. Descriptions could quote what a caller sent, and stay out. */
export function logRefusals(provider: Provider, logger: Logger): void {
  const refused = (ctx: KoaContextWithOIDC, error: Error): void => {
    const code = error instanceof errors.OIDCProviderError ? error.error : 'unknown'
    // The first try of every client, by design.
    if (code === 'use_dpop_nonce') return
    logger.warn({ code, client: ctx.oidc?.client?.clientId }, 'request refused')
  }
  provider.on('grant.error', refused)
  provider.on('authorization.error', refused)
  provider.on('pushed_authorization_request.error', refused)
  provider.on('server_error', (_ctx, error) => {
    logger.error({ stack: error.stack }, 'request failed')
  })
}
