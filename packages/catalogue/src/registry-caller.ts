import type { AccessToken, TokenClient } from '@kilde/trust'
import { type Dispatcher, request } from 'undici'
import { CatalogueError } from './errors.js'
import { registryAudience } from './protocol.js'

/** A token about to end is not used: it would end on the way. */
const TOKEN_MARGIN_MS = 10_000

export interface RegistryCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** Calls the registry with an access token of one scope and a DPoP proof over method, address and body. */
export interface RegistryCaller {
  /** @throws CatalogueError `REGISTRY_UNREACHABLE`; what the token endpoint throws passes through. */
  call(call: RegistryCall): Promise<Dispatcher.ResponseData>
}

export interface RegistryCallerOptions {
  readonly registryUrl: string
  readonly tokens: TokenClient
  readonly scope: string
  readonly dispatcher: Dispatcher
  readonly now: () => number
}

export function createRegistryCaller(options: RegistryCallerOptions): RegistryCaller {
  const base = options.registryUrl.replace(/\/+$/, '')
  const token = keepToken(options)
  return {
    async call({ method, path, body, headers, signal }) {
      const url = `${base}${path}`
      const bytes = body === undefined ? new Uint8Array() : Buffer.from(JSON.stringify(body))
      const { value } = await token.get()
      const proof = options.tokens.proof.sign({ method, url, accessToken: value, body: bytes })
      try {
        const response = await request(url, {
          method,
          signal,
          dispatcher: options.dispatcher,
          body: body === undefined ? null : bytes,
          headers: {
            authorization: `DPoP ${value}`,
            dpop: proof,
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...headers,
          },
        })
        // Issuer and registry may have got new keys: the next attempt comes with a new token.
        if (response.statusCode === 401) token.forget()
        return response
      } catch (cause) {
        throw unreachable(cause)
      }
    },
  }
}

export function unreachable(cause: unknown): CatalogueError {
  const detail = (cause as { code?: unknown })?.code
  return new CatalogueError('REGISTRY_UNREACHABLE', {
    cause,
    ...(typeof detail === 'string' ? { detail } : {}),
  })
}

function keepToken({ tokens, scope, now }: RegistryCallerOptions) {
  let kept: AccessToken | undefined
  return {
    async get(): Promise<AccessToken> {
      if (kept === undefined || kept.expiresAtMs - TOKEN_MARGIN_MS <= now()) {
        kept = await tokens.clientCredentials({ audience: registryAudience, scope })
      }
      return kept
    },
    forget(): void {
      kept = undefined
    },
  }
}
