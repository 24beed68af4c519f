import { createHmac, randomBytes } from 'node:crypto'
import { identifierToken, type PatientIdentifier } from '@kilde/contract'
import type { AccessToken, TokenClient } from '@kilde/trust'
import { LRUCache } from 'lru-cache'
import type { Requester } from '../path/stage.js'
import { DeadlinePassed } from './deadline.js'
import { type EndSignal, untilEnd } from './ending.js'

/** Who wants to ask about whom. */
export interface SourceAccess {
  readonly requester: Requester
  readonly patient: PatientIdentifier
  /** The requester's own access token, to be exchanged. */
  readonly subjectToken: string
}

/** The token that the gateway shows to one source on behalf of one requester. */
export interface SourceTokens {
  /**
   * Ends with its signal; the exchange itself then only ends where a client left and nobody else waits for it.
   * @throws when identity does not give one: the source is then reported, not asked.
   */
  tokenFor(access: SourceAccess, audience: string, end: EndSignal): Promise<AccessToken>
  /** A source has rejected this token: the next request exchanges anew. */
  reject(access: SourceAccess, audience: string, token: AccessToken): void
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
/** A timer takes no more; nobody uses one token for so long. */
const MOST_MS = 86_400_000

/** An exchange, under way or done. */
interface Exchange {
  readonly result: Promise<AccessToken>
  readonly ending: AbortController
  token: AccessToken | undefined
  waiting: number
}

/**
 * Token exchange (RFC 8693), one for each source, all at once, kept in memory only, to just before expiry: for requester,
 * session, attest, patient and organisation. So a token that a client renews needs no new exchange, and a new sign-in, session
 * or attest never meets an older one's tokens.
 */
export function createSourceTokens(options: SourceTokensOptions): SourceTokens {
  const { now, capacity: max = 10_000 } = options
  const kept = new LRUCache<string, Exchange>({ max, ttlAutopurge: true })
  const keyOf = createKeys(max, (key) => kept.delete(key))
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
        const leftMs = token.expiresAtMs - MARGIN_MS - now()
        const ttl = Math.min(MOST_MS, Math.max(1, leftMs))
        if (kept.peek(key) === exchange) kept.set(key, exchange, { ttl })
      },
      // A failure is not kept: the next request tries again.
      () => drop(key, exchange),
    )
    return exchange
  }
  return {
    async tokenFor(access, audience, end) {
      const key = keyOf(access, audience)
      const known = kept.get(key)
      if (known?.token && known.token.expiresAtMs - MARGIN_MS > now()) return known.token
      const exchange = known && !known.token ? known : start(key, access.subjectToken, audience)
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
    reject(access, audience, token) {
      const key = keyOf(access, audience)
      const known = kept.peek(key)
      if (known?.token === token) kept.delete(key)
    },
  }
}

/** What a session asks for now, and the keys under which its tokens are kept. */
interface Ground {
  readonly digest: string
  readonly keys: Set<string>
}

/** Tells the key of a token. When a session turns to another patient, or has another attest, its tokens so far are dropped. */
function createKeys(
  max: number,
  drop: (key: string) => void,
): (access: SourceAccess, audience: string) => string {
  // Of this process alone, so that no digest can be traced to a patient.
  const secret = randomBytes(32)
  const digests = new WeakMap<SourceAccess, string>()
  const grounds = new LRUCache<string, Ground>({ max })
  const digestOf = (access: SourceAccess): string => {
    const known = digests.get(access)
    if (known !== undefined) return known
    const digest = createHmac('sha256', secret).update(groundOf(access)).digest('base64url')
    digests.set(access, digest)
    return digest
  }
  return (access, audience) => {
    const digest = digestOf(access)
    const session = sessionOf(access)
    const before = grounds.get(session)
    const ground = before?.digest === digest ? before : { digest, keys: new Set<string>() }
    if (before && before !== ground) for (const key of before.keys) drop(key)
    if (before !== ground) grounds.set(session, ground)
    const key = `${digest} ${audience}`
    ground.keys.add(key)
    return key
  }
}

/** Without a session, one access token is one. */
function sessionOf({ requester }: SourceAccess): string {
  const { clientId, subject, session, jkt, tokenHash } = requester
  return JSON.stringify([clientId, subject, session ?? tokenHash, jkt])
}

function groundOf(access: SourceAccess): string {
  const { requester, patient } = access
  const ground =
    requester.kind === 'professional'
      ? requester.attest.id
      : [requester.purpose, requester.onBehalfOf]
  return JSON.stringify([sessionOf(access), ground, identifierToken(patient)])
}

/** After a deadline the exchange goes on: the same requester's next request needs its token. */
const isGivenUp = ({ aborted, reason }: EndSignal): boolean =>
  aborted && !(reason instanceof DeadlinePassed)
