import { createFollower, type Follower } from '@kilde/catalogue'
import type { Logger } from '@kilde/service'
import { createTokenClient } from '@kilde/trust'
import type { PrivacyConfig } from '../settings.js'

/** The registry's signed state, for who may follow. */
export function followRegistry(
  config: PrivacyConfig,
  { logger, now }: { readonly logger: Logger; readonly now: () => number },
): Follower {
  const { KILDE_ISSUER: issuer, KILDE_CLIENT_ID: clientId, KILDE_CLIENT_KEY: clientKey } = config
  return createFollower({
    registryUrl: config.KILDE_REGISTRY_URL,
    keys: config.KILDE_REGISTRY_KEYS,
    tokens: createTokenClient({ issuer, clientId, clientKey, now }),
    name: clientId,
    logger,
    now,
  })
}
