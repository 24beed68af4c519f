import { createPrivacyFollower, type PrivacyFollower } from '@kilde/privacy'
import type { Logger } from '@kilde/service'
import type { TokenClient } from '@kilde/trust'
import type { OrganizationConfig } from '../config.js'

export interface FollowParts {
  readonly tokens: TokenClient
  readonly logger: Logger
  readonly now: () => number
}

/** One organisation's copy of the patients' settings; undefined where the configuration names no privacy service. */
export type FollowSettings = (
  organization: string,
  onChange?: () => void,
) => PrivacyFollower | undefined

/** Each organisation follows for itself, with a key of its own: what one holds tells another nothing. */
export function createFollowSettings(
  config: OrganizationConfig,
  { tokens, logger, now }: FollowParts,
): FollowSettings {
  const {
    KILDE_PRIVACY_URL: privacyUrl,
    KILDE_PRIVACY_KEYS: keys,
    KILDE_PRIVACY_NODE_KEYS: nodeKeys = {},
  } = config
  return (organization, onChange) => {
    const nodeKey = nodeKeys[organization]
    if (!privacyUrl || !keys || !nodeKey) return undefined
    const name = config.KILDE_CLIENT_ID
    return createPrivacyFollower({
      privacyUrl,
      keys,
      organization,
      nodeKey,
      tokens,
      name,
      logger,
      now,
      onChange,
    })
  }
}
