import { createHash, createPrivateKey, randomUUID, sign } from 'node:crypto'
import { createProofSigner, type PrivateJwk, type ProofSigner, thumbprint } from '@kilde/trust'
import { type ClientId, type Network, redirectUri } from './network.js'

type Json = Readonly<Record<string, unknown>>

function jwt(header: Json, payload: Json, jwk: PrivateJwk): string {
  const encode = (value: Json) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const input = `${encode(header)}.${encode(payload)}`
  const key = createPrivateKey({ key: { ...jwk }, format: 'jwk' })
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

/** A client that can break every rule of the profile: each part of its requests can be replaced. */
export function rawClient(network: Network, clientId: ClientId, proofKey: PrivateJwk) {
  const { issuer } = network
  const key = network.keyOf(clientId)
  const proof = createProofSigner(proofKey)
  const assertion = (payload: Json = {}, header: Json = {}, signWith = key): string => {
    const iat = Math.floor(Date.now() / 1000)
    return jwt(
      { alg: 'ES256', typ: 'client-authentication+jwt', kid: thumbprint(key), ...header },
      {
        iss: clientId,
        sub: clientId,
        aud: issuer,
        jti: randomUUID(),
        iat,
        exp: iat + 30,
        ...payload,
      },
      signWith,
    )
  }
  const post = async (path: string, form: Readonly<Record<string, string>>, dpop?: string) => {
    const fields = {
      client_id: clientId,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion(),
      ...form,
    }
    const response = await fetch(issuer + path, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams(fields),
      ...(dpop !== undefined && { headers: { dpop } }),
    })
    const text = await response.text()
    const body = (text.startsWith('{') ? JSON.parse(text) : { text }) as Record<string, unknown>
    return { status: response.status, body, nonce: response.headers.get('dpop-nonce') ?? undefined }
  }
  /** A proof for the token endpoint with the nonce that it wants. */
  const goodProof = async (signer: ProofSigner = proof): Promise<string> => {
    const url = `${issuer}/token`
    const form =
      clientId === 'kilde-cli'
        ? { grant_type: 'authorization_code', code: 'none', redirect_uri: redirectUri }
        : { grant_type: 'client_credentials' }
    const { nonce } = await post('/token', form, signer.sign({ method: 'POST', url }))
    return signer.sign({ method: 'POST', url, ...(nonce !== undefined && { nonce }) })
  }
  return { assertion, post, proof, goodProof }
}

export const verifier = 'v'.repeat(43)

export const signInForm = {
  response_type: 'code',
  redirect_uri: redirectUri,
  scope: 'kilde:gateway/read',
  resource: 'kilde:gateway',
  state: 's',
  code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  code_challenge_method: 'S256',
}
