import { createCaller } from '@kilde/feed'
import {
  holdingsAudience,
  holdingsPath,
  holdingsScope,
  LocateError,
  MOST_HOLDINGS_BYTES,
} from '@kilde/locate'
import type { AccessToken, TokenClient } from '@kilde/trust'
import type { Dispatcher } from 'undici'

/** Fetches the signed filter of one class from one organisation. Undefined: it publishes none. @throws LocateError */
export type FetchHoldings = (
  endpoint: string,
  dataClass: string,
  signal: AbortSignal,
) => Promise<string | undefined>

export interface FetchHoldingsParts {
  readonly tokens: TokenClient
  readonly dispatcher: Dispatcher
  readonly now: () => number
}

export function createFetchHoldings(parts: FetchHoldingsParts): FetchHoldings {
  const tokens = shareToken(parts.tokens, parts.now)
  return async (endpoint, dataClass, signal) => {
    const caller = createCaller({
      ...parts,
      ...{ tokens, baseUrl: endpoint, audience: holdingsAudience, scope: holdingsScope },
      faults: { unreachable: (options) => new LocateError('LOCATOR_UNREACHABLE', options) },
    })
    const { statusCode, body } = await caller.call({
      ...{ method: 'GET', path: holdingsPath(dataClass), signal },
    })
    if (statusCode === 200) return readText(body)
    await body.dump()
    if (statusCode === 404) return undefined
    throw new LocateError('LOCATOR_REFUSED', { detail: `status ${statusCode}` })
  }
}

const MARGIN_MS = 10_000

/** One token for all organisations: it opens nothing but filters, and is bound to this gateway's key. */
function shareToken(tokens: TokenClient, now: () => number): TokenClient {
  let kept: Promise<AccessToken> | undefined
  return {
    ...tokens,
    async clientCredentials(target) {
      const known = await kept?.catch(() => undefined)
      if (known && known.expiresAtMs - MARGIN_MS > now()) return known
      kept = tokens.clientCredentials(target)
      return kept
    },
  }
}

async function readText(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MOST_HOLDINGS_BYTES)
      throw new LocateError('HOLDINGS_UNTRUSTED', { detail: 'too large' })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
