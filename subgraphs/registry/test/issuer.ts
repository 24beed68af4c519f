import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createTokenClient, generateKey, publicPart, type TokenClient } from '@kilde/trust'
import { calculateJwkThumbprint, decodeProtectedHeader, SignJWT } from 'jose'

/** A token endpoint that gives every client what it asks for: the smallest issuer whose tokens a verifier takes. */
export interface TestIssuer {
  readonly url: string
  /** A client of its own; `claims` are added to its tokens. */
  client(clientId: string, claims?: Readonly<Record<string, unknown>>): Promise<TokenClient>
  /** How many tokens were issued. */
  issued(): number
  stop(): Promise<void>
}

export async function startIssuer(): Promise<TestIssuer> {
  const key = await generateKey()
  let issued = 0
  const claimsOf = new Map<string, Readonly<Record<string, unknown>>>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString())
      void answer(request.url ?? '', form, request.headers['dpop']).then((body) => {
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  async function answer(path: string, form: URLSearchParams, proof: unknown): Promise<object> {
    if (path === '/jwks') return { keys: [{ ...publicPart(key), alg: 'ES256', use: 'sig' }] }
    if (path !== '/token')
      return { issuer: url, jwks_uri: `${url}/jwks`, token_endpoint: `${url}/token` }
    issued += 1
    return {
      access_token: await accessToken(form, String(proof)),
      token_type: 'DPoP',
      expires_in: 60,
    }
  }

  async function accessToken(form: URLSearchParams, proof: string): Promise<string> {
    const { jwk } = decodeProtectedHeader(proof)
    const clientId = form.get('client_id') ?? ''
    const { kid, ...signing } = key
    return new SignJWT({
      ...claimsOf.get(clientId),
      client_id: clientId,
      scope: (form.get('scope') ?? '').split(' '),
      cnf: { jkt: await calculateJwkThumbprint(jwk ?? {}) },
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: kid ?? '' })
      .setIssuer(url)
      .setSubject(clientId)
      .setAudience(form.get('resource') ?? '')
      .setIssuedAt()
      .setExpirationTime('60s')
      .sign(signing)
  }

  return {
    url,
    issued: () => issued,
    async client(clientId, claims = {}) {
      claimsOf.set(clientId, claims)
      return createTokenClient({ issuer: url, clientId, clientKey: await generateKey() })
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
