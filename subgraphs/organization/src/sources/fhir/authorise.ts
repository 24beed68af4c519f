import { readFile } from 'node:fs/promises'
import {
  type AccessToken,
  createNonceKeeper,
  createTokenClient,
  type NonceAnswer,
  type TokenClient,
} from '@kilde/trust'
import type { Dispatcher } from 'undici'
import { FhirFault } from './fault.js'
import type { FhirServer } from './settings.js'

type Send = (headers: Readonly<Record<string, string>>) => Promise<Dispatcher.ResponseData>

/** Sends a request with what lets it in. @throws FhirFault `UNREACHABLE` where there is no token */
export type Authorise = (
  method: string,
  address: string,
  send: Send,
) => Promise<Dispatcher.ResponseData>

/** A token about to end is not used: it would end on the way. */
const TOKEN_MARGIN_MS = 10_000

export function createAuthorise({ authentication }: FhirServer, now: () => number): Authorise {
  if (authentication.kind === 'none') return (_method, _address, send) => send({})
  if (authentication.kind === 'bearer') return bearer(authentication.tokenFile)
  const { audience, scope = '', ...client } = authentication
  const tokens = createTokenClient({ ...client, now })
  const kept = keepToken(() => tokens.clientCredentials({ audience, scope }), now)
  return bound(tokens, kept)
}

function bearer(tokenFile: string): Authorise {
  return async (_method, _address, send) => {
    const token = await readFile(tokenFile, 'utf8').catch((cause: unknown) => {
      throw new FhirFault('UNREACHABLE', 'the file with the token', cause)
    })
    return send({ authorization: `Bearer ${token.trim()}` })
  }
}

function bound(tokens: TokenClient, kept: ReturnType<typeof keepToken>): Authorise {
  const nonces = createNonceKeeper()
  return async (method, address, send) => {
    const accessToken = await kept.get()
    const { response } = await nonces.send(async (nonce) => {
      const proof = { method, url: address, accessToken, ...(nonce !== undefined && { nonce }) }
      return answerOf(
        await send({ authorization: `DPoP ${accessToken}`, dpop: tokens.proof.sign(proof) }),
      )
    })
    // Issuer and server may have got new keys: the next request comes with a new token.
    if (response.statusCode === 401) kept.forget()
    return response
  }
}

function keepToken(fetchIt: () => Promise<AccessToken>, now: () => number) {
  let kept: Promise<AccessToken> | undefined
  return {
    async get(): Promise<string> {
      const held = await kept?.catch(() => undefined)
      if (!held || held.expiresAtMs - TOKEN_MARGIN_MS <= now()) kept = fetchIt()
      try {
        return (await kept)?.value ?? ''
      } catch (cause) {
        kept = undefined
        throw new FhirFault('UNREACHABLE', 'no token', cause)
      }
    },
    forget(): void {
      kept = undefined
    },
  }
}

/** undici's answer, as what keeps nonces looks at it. */
const answerOf = (
  response: Dispatcher.ResponseData,
): NonceAnswer & { readonly response: Dispatcher.ResponseData } => ({
  response,
  status: response.statusCode,
  headers: { get: (name) => response.headers[name]?.toString() ?? null },
  body: { cancel: () => response.body.dump() },
})
