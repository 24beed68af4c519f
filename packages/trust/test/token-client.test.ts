import { afterEach, describe, expect, it } from '@jest/globals'
import { createTokenClient, generateKey, thumbprint } from '../src/index.js'
import { refusal } from './refusals.js'
import { decode, type Received, startTokenEndpoint } from './token-endpoint.js'

const nowMs = 1_794_000_000_000
const target = { audience: 'kilde:registry', scope: 'kilde:registry/follow' }
const granted = { access_token: 'token-1', token_type: 'DPoP', expires_in: 600 }

let endpoint: Awaited<ReturnType<typeof startTokenEndpoint>>
afterEach(() => endpoint.stop())

async function clientFor(answer: Parameters<typeof startTokenEndpoint>[0]) {
  endpoint = await startTokenEndpoint(answer)
  const [clientKey, proofKey] = [await generateKey(), await generateKey()]
  const client = createTokenClient({
    issuer: endpoint.issuer,
    clientId: 'kilde-gateway',
    clientKey,
    proofKey,
    now: () => nowMs,
  })
  return { client, clientKey, proofKey }
}

/** Answers as HelseID does: a proof without its nonce is sent back. */
const wantsNonce = ({ dpop }: Received) =>
  decode(dpop).payload['nonce'] === 'n-1'
    ? { status: 200, body: granted, nonce: 'n-1' }
    : { status: 400, body: { error: 'use_dpop_nonce' }, nonce: 'n-1' }

describe('a machine client', () => {
  it('gets a token for itself, trying again with the nonce that the issuer wants', async () => {
    const { client, proofKey } = await clientFor(wantsNonce)
    const token = await client.clientCredentials(target)
    expect(token).toEqual({ value: 'token-1', expiresAtMs: nowMs + 600_000 })
    expect(endpoint.received).toHaveLength(2)
    await client.clientCredentials(target)
    expect(endpoint.received).toHaveLength(3)
    expect(client.proof.jkt).toBe(thumbprint(proofKey))
    const { form, dpop } = endpoint.received[2] ?? { form: new URLSearchParams(), dpop: '' }
    expect(Object.fromEntries(form)).toMatchObject({
      grant_type: 'client_credentials',
      resource: 'kilde:registry',
      scope: 'kilde:registry/follow',
      client_id: 'kilde-gateway',
    })
    expect(decode(dpop).payload).toMatchObject({
      htm: 'POST',
      htu: `${endpoint.issuer}/token`,
      nonce: 'n-1',
    })
  })

  it('authenticates with a key, for this issuer, for less than 60 seconds, never twice alike', async () => {
    const { client, clientKey } = await clientFor(wantsNonce)
    await client.clientCredentials(target)
    const assertions = endpoint.received.map(({ form }) =>
      decode(form.get('client_assertion') ?? ''),
    )
    expect(assertions[0]?.header).toEqual({
      typ: 'client-authentication+jwt',
      alg: 'ES256',
      kid: clientKey.kid,
    })
    expect(assertions[0]?.payload).toEqual({
      iss: 'kilde-gateway',
      sub: 'kilde-gateway',
      aud: endpoint.issuer,
      jti: expect.any(String),
      iat: nowMs / 1000,
      nbf: nowMs / 1000,
      exp: nowMs / 1000 + 30,
    })
    expect(assertions[0]?.payload['jti']).not.toBe(assertions[1]?.payload['jti'])
  })

  it('exchanges a user token for one of another audience', async () => {
    const { client } = await clientFor(wantsNonce)
    await client.exchange({
      subjectToken: 'user-token',
      audience: 'kilde:organization:310000108',
      scope: 'kilde:organization/read',
    })
    expect(Object.fromEntries(endpoint.received[1]?.form ?? [])).toMatchObject({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: 'user-token',
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      audience: 'kilde:organization:310000108',
      scope: 'kilde:organization/read',
    })
  })

  it('reads the metadata of the issuer once for 20 tokens at a time', async () => {
    const { client } = await clientFor(wantsNonce)
    await Promise.all(Array.from({ length: 20 }, () => client.clientCredentials(target)))
    expect(endpoint.metadataReads()).toBe(1)
  })

  it('tells why the issuer refused, by its code alone', async () => {
    const body = { error: 'invalid_client', error_description: 'about 12837531282' }
    const { client } = await clientFor(() => ({ status: 400, body }))
    const error = await refusal(client.clientCredentials(target), 'TOKEN_REQUEST_FAILED')
    expect(error.oauthError).toBe('invalid_client')
    expect(error.detail).toBe('invalid_client')
  })

  it('gives up when the issuer wants yet another nonce', async () => {
    let count = 0
    const { client } = await clientFor(() => {
      count += 1
      return { status: 400, body: { error: 'use_dpop_nonce' }, nonce: `n-${count}` }
    })
    const error = await refusal(client.clientCredentials(target), 'TOKEN_REQUEST_FAILED')
    expect(error.oauthError).toBe('use_dpop_nonce')
    expect(endpoint.received).toHaveLength(2)
  })

  it.each([
    ['is not bound to its key', { ...granted, token_type: 'Bearer' }],
    ['has no lifetime', { access_token: 'x', token_type: 'DPoP' }],
    ['is not there', { token_type: 'DPoP', expires_in: 60 }],
  ])('refuses a token that %s', async (_name, body) => {
    const { client } = await clientFor(() => ({ status: 200, body }))
    await refusal(client.clientCredentials(target), 'TOKEN_REQUEST_FAILED')
  })

  it('tells an issuer that is broken or gone from one that refuses', async () => {
    const { client, clientKey } = await clientFor(() => ({ status: 503, body: {} }))
    await refusal(client.clientCredentials(target), 'ISSUER_UNAVAILABLE')
    const gone = createTokenClient({ issuer: 'http://127.0.0.1:1', clientId: 'x', clientKey })
    await refusal(gone.clientCredentials(target), 'ISSUER_UNAVAILABLE')
  })

  it('gives up an exchange at once when nobody waits for it any more', async () => {
    const leaving = new AbortController()
    const { client } = await clientFor(() => {
      leaving.abort()
      return { status: 200, body: granted }
    })
    const { signal } = leaving
    const exchanged = client.exchange({ ...target, subjectToken: 'subject', signal })
    await refusal(exchanged, 'ISSUER_UNAVAILABLE')
    expect(endpoint.received).toHaveLength(1)
  })

  it('gives up waiting for an issuer that does not answer', async () => {
    const { clientKey } = await clientFor(wantsNonce)
    const silent: typeof fetch = (_url, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
      })
    const client = createTokenClient({
      issuer: 'https://issuer.example',
      clientId: 'x',
      clientKey,
      fetch: silent,
      timeoutMs: 20,
    })
    await refusal(client.clientCredentials(target), 'ISSUER_UNAVAILABLE')
  })

  it('never talks plain http to another machine', async () => {
    const { clientKey } = await clientFor(wantsNonce)
    const create = () =>
      createTokenClient({ issuer: 'http://issuer.example', clientId: 'x', clientKey })
    expect(create).toThrow('The issuer must be an https address (http only on this machine).')
  })
})
