import { attestRequest, tokenAs } from '@kilde/identity/sign-in'
import { personas } from '@kilde/people'
import {
  type AccessToken,
  createNonceKeeper,
  createProofSigner,
  createUserClient,
  generateKey,
  type PrivateJwk,
  type ProofSigner,
} from '@kilde/trust'

/** A signed-in persona: a token, and what signs its proofs. */
export interface Session {
  readonly token: AccessToken
  readonly proof: ProofSigner
}

export interface SessionOptions {
  readonly issuer: string
  readonly clientId: string
  readonly clientKey: PrivateJwk
  readonly redirectUri: string
}

/** What a token is for. */
export interface Target {
  readonly audience: string
  readonly scope: string
}

const GATEWAY: Target = { audience: 'kilde:gateway', scope: 'kilde:gateway/read' }

/**
 * Signs a persona in at the stand-in, with the attest of where the persona works.
 * @param ownProof holds the key that the token is bound to. Default: a new one
 * @param target what the token is for. Default: the gateway
 */
export async function signInPersona(
  options: SessionOptions,
  key: string,
  ownProof?: ProofSigner,
  target = GATEWAY,
): Promise<Session> {
  const persona = personas.find((one) => one.key === key)
  if (!persona) throw new RangeError(`there is no persona ${key}`)
  const proof = ownProof ?? createProofSigner(await generateKey())
  const attest = attestRequest(persona)
  const token = await tokenAs({
    client: createUserClient(options),
    redirectUri: options.redirectUri,
    persona: key,
    proof,
    request: {
      audience: target.audience,
      scope: `openid ${target.scope}`,
      ...(attest && { authorizationDetails: [attest] }),
    },
  })
  return { token, proof }
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** The GraphQL answer. */
  readonly body: GraphqlAnswer
}

export interface GraphqlAnswer {
  readonly data?: unknown
  readonly extensions?: unknown
  readonly errors?: readonly {
    readonly message: string
    readonly extensions?: { readonly code?: string }
  }[]
}

export interface GraphqlRequest {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
  readonly operationName?: string
  readonly extensions?: object
}

/** Asks a GraphQL service as somebody who is signed in. */
export async function askAs(
  { token, proof }: Session,
  url: string,
  request: GraphqlRequest,
): Promise<Answer> {
  const body = Buffer.from(JSON.stringify(request))
  const accessToken = token.value
  const response = await createNonceKeeper().send((nonce) => {
    const signed = { method: 'POST', url, accessToken, body }
    const headers = {
      'content-type': 'application/json',
      authorization: `DPoP ${accessToken}`,
      dpop: proof.sign({ ...signed, ...(nonce !== undefined && { nonce }) }),
      'kilde-signature': proof.signRequest({ accessToken, body }),
    }
    return fetch(url, { method: 'POST', body, headers })
  })
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as GraphqlAnswer,
  }
}
