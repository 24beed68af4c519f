import type { AccessToken, TokenClient } from '@kilde/trust'
import { LRUCache } from 'lru-cache'
import type { Requester } from '../path/stage.js'
import { DeadlinePassed } from './deadline.js'
import { type EndSignal, untilEnd } from './ending.js'

/** The token that the gateway shows to one source on behalf of one requester. */
export interface SourceTokens {
  /**
   * Ends with its signal; the exchange itself then only ends where a client left and nobody else waits for it.
   * @throws when identity does not give one: the source is then reported, not asked.
   */
  tokenFor(
    requester: Requester,
    subjectToken: string,
    audience: string,
    end: EndSignal,
  ): Promise<AccessToken>
  /** A source has rejected this token: the next request exchanges anew. */
  reject(requester: Requester, audience: string, token: AccessToken): void
}

export interface SourceTokensOptions {
  readonly tokens: Pick<TokenClient, 'exchange'>
  readonly scope: string
  readonly now: () => number
  /** Most tokens kept (about 2 kB each). Default 10,000. */
  readonly capacity?: number
}

/** A token is not used in its last seconds: the source's clock may be ahead. */
const MARGIN_MS = 10_000

/** An exchange, under way or done. */
interface Exchange {
  readonly result: Promise<AccessToken>
  readonly ending: AbortController
  token: AccessToken | undefined
  waiting: number
}

/**
 * Token exchange (RFC 8693), one for each source, kept in memory only, to just before expiry. The key holds the digest of
 * the requester's own token, so that a new sign-in, session or attest never meets an older one's tokens.
 */
export function createSourceTokens(options: SourceTokensOptions): SourceTokens {
  const kept = new LRUCache<string, Exchange>({ max: options.capacity ?? 10_000 })
  const drop = (key: string, exchange: Exchange): void => {
    if (kept.peek(key) === exchange) kept.delete(key)
  }
  const start = (key: string, subjectToken: string, audience: string): Exchange => {
    const ending = new AbortController()
    const { signal } = ending
    const result = options.tokens.exchange({ subjectToken, audience, scope: options.scope, signal })
    const exchange: Exchange = { result, ending, token: undefined, waiting: 0 }
    kept.set(key, exchange)
    result.then(
      (token) => {
        exchange.token = token
      },
      // A failure is not kept: the next request tries again.
      () => drop(key, exchange),
    )
    return exchange
  }
  return {
    async tokenFor(requester, subjectToken, audience, end) {
      const key = keyOf(requester, audience)
      const known = kept.get(key)
      if (known?.token && known.token.expiresAtMs - MARGIN_MS > options.now()) return known.token
      const exchange = known && !known.token ? known : start(key, subjectToken, audience)
      exchange.waiting += 1
      try {
        return await untilEnd(exchange.result, end)
      } finally {
        exchange.waiting -= 1
        if (exchange.waiting === 0 && !exchange.token && isGivenUp(end)) {
          drop(key, exchange)
          exchange.ending.abort(end.reason)
        }
      }
    },
    reject(requester, audience, token) {
      const key = keyOf(requester, audience)
      const known = kept.peek(key)
      if (known?.token === token) kept.delete(key)
    },
  }
}

const keyOf = ({ tokenHash }: Requester, audience: string): string => `${tokenHash} ${audience}`

/** After a deadline the exchange goes on: the same requester's next request needs its token. */
const isGivenUp = ({ aborted, reason }: EndSignal): boolean =>
  aborted && !(reason instanceof DeadlinePassed)
