import type { AccessToken, TokenClient } from '@kilde/trust'
import { LRUCache } from 'lru-cache'
import type { Requester } from '../path/stage.js'

/** The token that the gateway shows to one source on behalf of one requester. */
export interface SourceTokens {
  /** @throws when identity does not give one: the source is then reported, not asked. */
  tokenFor(requester: Requester, subjectToken: string, audience: string): Promise<AccessToken>
}

export interface SourceTokensOptions {
  readonly tokens: TokenClient
  readonly scope: string
  readonly now: () => number
  /** Most tokens kept (about 2 kB each). Default 10,000. */
  readonly capacity?: number
}

/** A token is not used in its last seconds: the source's clock may be ahead. */
const MARGIN_MS = 10_000

/**
 * Token exchange (RFC 8693), one for each source, kept in memory only, to just before expiry. The key holds the digest of
 * the requester's own token, so that a new sign-in, session or attest never meets an older one's tokens.
 */
export function createSourceTokens(options: SourceTokensOptions): SourceTokens {
  const kept = new LRUCache<string, Promise<AccessToken>>({ max: options.capacity ?? 10_000 })
  return {
    async tokenFor(requester, subjectToken, audience) {
      const key = `${requester.tokenHash} ${audience}`
      const known = await kept.get(key)?.catch(() => undefined)
      if (known && known.expiresAtMs - MARGIN_MS > options.now()) return known
      const fresh = options.tokens.exchange({ subjectToken, audience, scope: options.scope })
      kept.set(key, fresh)
      // A failure is not kept: the next request tries again.
      fresh.catch(() => kept.delete(key))
      return fresh
    },
  }
}
