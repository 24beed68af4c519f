import {
  type AccessToken,
  createNonceKeeper,
  type NonceAnswer,
  type TokenClient,
} from '@kilde/trust'
import { type Dispatcher, request } from 'undici'
import type { FeedFaults } from './faults.js'

/** A token about to end is not used: it would end on the way. */
const TOKEN_MARGIN_MS = 10_000

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** Calls one service with an access token of one scope and a DPoP proof over method, address and body. */
export interface Caller {
  /** @throws `unreachable` of the faults; what the token endpoint throws passes through. */
  call(call: Call): Promise<Dispatcher.ResponseData>
}

export interface CallerOptions {
  readonly baseUrl: string
  readonly audience: string
  readonly scope: string
  readonly tokens: TokenClient
  readonly dispatcher: Dispatcher
  readonly now: () => number
  readonly faults: Pick<FeedFaults, 'unreachable'>
}

export function createCaller(options: CallerOptions): Caller {
  const base = options.baseUrl.replace(/\/+$/, '')
  const token = keepToken(options)
  const nonces = createNonceKeeper()
  return {
    async call(call) {
      const url = `${base}${call.path}`
      const { value } = await token.get()
      try {
        const { response } = await nonces.send(async (nonce) =>
          answerOf(
            await request(url, requestOf(call, { ...options, url, accessToken: value, nonce })),
          ),
        )
        // Issuer and service may have got new keys: the next attempt comes with a new token.
        if (response.statusCode === 401) token.forget()
        return response
      } catch (cause) {
        const detail = (cause as { code?: unknown })?.code
        throw options.faults.unreachable({
          cause,
          ...(typeof detail === 'string' ? { detail } : {}),
        })
      }
    },
  }
}

interface Signing extends Pick<CallerOptions, 'tokens' | 'dispatcher'> {
  readonly url: string
  readonly accessToken: string
  readonly nonce: string | undefined
}

function requestOf(
  { method, body, headers, signal }: Call,
  { url, accessToken, nonce, tokens, dispatcher }: Signing,
) {
  const bytes = body === undefined ? new Uint8Array() : Buffer.from(JSON.stringify(body))
  const signed = { method, url, accessToken, body: bytes }
  return {
    method,
    signal,
    dispatcher,
    body: body === undefined ? null : bytes,
    headers: {
      authorization: `DPoP ${accessToken}`,
      dpop: tokens.proof.sign({ ...signed, ...(nonce !== undefined && { nonce }) }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
  }
}

/** undici's answer, as what keeps nonces looks at it. */
export const answerOf = (
  response: Dispatcher.ResponseData,
): NonceAnswer & { readonly response: Dispatcher.ResponseData } => ({
  response,
  status: response.statusCode,
  headers: { get: (name) => response.headers[name]?.toString() ?? null },
  body: { cancel: () => response.body.dump() },
})

function keepToken({ tokens, audience, scope, now }: CallerOptions) {
  let kept: AccessToken | undefined
  return {
    async get(): Promise<AccessToken> {
      if (kept === undefined || kept.expiresAtMs - TOKEN_MARGIN_MS <= now()) {
        kept = await tokens.clientCredentials({ audience, scope })
      }
      return kept
    },
    forget(): void {
      kept = undefined
    },
  }
}
