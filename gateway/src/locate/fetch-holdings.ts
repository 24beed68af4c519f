import { type Caller, createCaller, followEvents } from '@kilde/feed'
import {
  holdingsAudience,
  holdingsFaults,
  holdingsPath,
  holdingsScope,
  holdingsStreamPath,
  LocateError,
  MOST_HOLDINGS_BYTES,
  MOST_WORD_BYTES,
  wordEvent,
} from '@kilde/locate'
import type { AccessToken, TokenClient } from '@kilde/trust'
import type { Dispatcher } from 'undici'
import type { HearWords } from './follow-words.js'

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
  const callerOf = createCallers(parts)
  return async (endpoint, dataClass, signal) => {
    const { statusCode, body } = await callerOf(endpoint).call({
      ...{ method: 'GET', path: holdingsPath(dataClass), signal },
    })
    if (statusCode === 200) return readText(body)
    await body.dump()
    if (statusCode === 404) return undefined
    throw new LocateError('LOCATOR_REFUSED', { detail: `status ${statusCode}` })
  }
}

/** Hears an organisation's words on its filters. @throws LocateError `HOLDINGS_NONE` where it publishes none */
export function createHearWords(parts: FetchHoldingsParts): HearWords {
  const callerOf = createCallers(parts)
  return (endpoint, take, signal) => {
    const stream = {
      ...{ caller: publishing(callerOf(endpoint)), path: holdingsStreamPath, headers: {} },
      ...{ maxBytes: MOST_WORD_BYTES, faults: holdingsFaults },
    }
    return followEvents(
      {
        ...stream,
        take: async ({ event, data }) => (event === wordEvent ? take(data) : undefined),
      },
      signal,
    )
  }
}

function createCallers(parts: FetchHoldingsParts): (endpoint: string) => Caller {
  const tokens = shareToken(parts.tokens, parts.now)
  return (endpoint) =>
    createCaller({
      ...parts,
      ...{ tokens, baseUrl: endpoint, audience: holdingsAudience, scope: holdingsScope },
      faults: holdingsFaults,
    })
}

const publishing = (caller: Caller): Caller => ({
  async call(call) {
    const response = await caller.call(call)
    if (response.statusCode !== 404) return response
    await response.body.dump()
    throw new LocateError('HOLDINGS_NONE')
  },
})

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
