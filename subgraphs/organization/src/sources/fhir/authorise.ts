import { readFile } from 'node:fs/promises'
import {
  backendKey,
  createBackendClient,
  createNonceKeeper,
  createTokenClient,
  type NonceAnswer,
  privateJwk,
} from '@kilde/trust'
import type { Dispatcher } from 'undici'
import { FhirFault } from './fault.js'
import { readKey } from './file-problems.js'
import { keepToken } from './keep-token.js'
import type { FhirServer, FhirSettings } from './settings.js'

type Send = (headers: Readonly<Record<string, string>>) => Promise<Dispatcher.ResponseData>

/** Sends a request with what lets it in. @throws FhirFault `UNREACHABLE` where there is no token */
export type Authorise = (
  method: string,
  address: string,
  send: Send,
) => Promise<Dispatcher.ResponseData>

export function createAuthorise({ authentication, url }: FhirServer, now: () => number): Authorise {
  switch (authentication.kind) {
    case 'none':
      return (_method, _address, send) => send({})
    case 'bearer':
      return bearer(authentication.tokenFile)
    case 'smart-backend-services': {
      const { clientKeyFile, ...client } = authentication
      const clientKey = readKey(clientKeyFile, backendKey)
      const fetchIt = createBackendClient({ ...client, url, clientKey, now })
      return renewing(keepToken(fetchIt, now), (token, _method, _address, send) =>
        send({ authorization: `Bearer ${token}` }),
      )
    }
    case 'client-credentials':
      return bound(authentication, now)
  }
}

function bearer(tokenFile: string): Authorise {
  return async (_method, _address, send) => {
    const token = await readFile(tokenFile, 'utf8').catch((cause: unknown) => {
      throw new FhirFault('UNREACHABLE', 'the file with the token', cause)
    })
    return send({ authorization: `Bearer ${token.trim()}` })
  }
}

type Authentication = FhirSettings['authentication']

function bound(
  settings: Extract<Authentication, { readonly kind: 'client-credentials' }>,
  now: () => number,
): Authorise {
  const { audience, scope = '', clientKey, clientKeyFile = '', ...client } = settings
  const key = clientKey ?? readKey(clientKeyFile, privateJwk)
  const tokens = createTokenClient({ ...client, clientKey: key, now })
  const nonces = createNonceKeeper()
  const kept = keepToken(() => tokens.clientCredentials({ audience, scope }), now)
  return renewing(kept, async (accessToken, method, address, send) => {
    const { response } = await nonces.send(async (nonce) => {
      const proof = { method, url: address, accessToken, ...(nonce !== undefined && { nonce }) }
      return answerOf(
        await send({ authorization: `DPoP ${accessToken}`, dpop: tokens.proof.sign(proof) }),
      )
    })
    return response
  })
}

type SendWith = (token: string, ...given: Parameters<Authorise>) => ReturnType<Authorise>

/** A token that was kept and is refused may have been taken back, or its issuer have new keys: once more with a new one. */
function renewing(kept: ReturnType<typeof keepToken>, sendWith: SendWith): Authorise {
  return async (...given) => {
    const first = await kept.get()
    const response = await sendWith(first.value, ...given)
    if (response.statusCode !== 401) return response
    kept.forget(first.value)
    if (first.isNew) return response
    await response.body.dump()
    const second = await kept.get()
    const answer = await sendWith(second.value, ...given)
    if (answer.statusCode === 401) kept.forget(second.value)
    return answer
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
