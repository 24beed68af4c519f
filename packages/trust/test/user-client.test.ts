import { afterEach, describe, expect, it } from '@jest/globals'
import { createProofSigner, createUserClient, generateKey } from '../src/index.js'
import { refusal } from './refusals.js'
import { decode, type Received, startTokenEndpoint } from './token-endpoint.js'

const redirectUri = 'http://127.0.0.1:9/callback'
const answer = ({ form }: Received) =>
  form.has('response_type')
    ? { status: 201, body: { request_uri: 'urn:ietf:params:oauth:request_uri:1', expires_in: 60 } }
    : { status: 200, body: { access_token: 't', token_type: 'DPoP', expires_in: 60 } }

let endpoint: Awaited<ReturnType<typeof startTokenEndpoint>>
afterEach(() => endpoint.stop())

async function begin() {
  endpoint = await startTokenEndpoint(answer)
  const client = createUserClient({
    issuer: endpoint.issuer,
    clientId: 'kilde-cli',
    clientKey: await generateKey(),
    redirectUri,
    now: () => 0,
  })
  const proof = createProofSigner(await generateKey())
  const pending = await client.start({
    audience: 'kilde:gateway',
    scope: 'kilde:gateway/read',
    authorizationDetails: [{ type: 'nhn:tillitsrammeverk:parameters' }],
    jkt: proof.jkt,
    loginHint: 'gp',
  })
  const back = (query: Record<string, string>) =>
    new URL(`${redirectUri}?${new URLSearchParams({ iss: endpoint.issuer, ...query }).toString()}`)
  return { client, proof, pending, back }
}

describe('a sign-in', () => {
  it('is pushed: the address that the user opens says nothing of it', async () => {
    const { pending, proof } = await begin()
    expect(pending.url).toBe(
      `${endpoint.issuer}/auth?client_id=kilde-cli&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3A1`,
    )
    expect(Object.fromEntries(endpoint.received[0]?.form ?? [])).toMatchObject({
      response_type: 'code',
      redirect_uri: redirectUri,
      resource: 'kilde:gateway',
      scope: 'kilde:gateway/read',
      code_challenge_method: 'S256',
      state: pending.state,
      dpop_jkt: proof.jkt,
      login_hint: 'gp',
      authorization_details: '[{"type":"nhn:tillitsrammeverk:parameters"}]',
    })
  })

  it('ends with a token for the code', async () => {
    const { client, proof, pending, back } = await begin()
    const callback = back({ code: 'c-1', state: pending.state })
    const token = await client.finish({ pending, callback, proof })
    expect(token).toEqual({ value: 't', expiresAtMs: 60_000 })
    const last = endpoint.received[1]
    expect(Object.fromEntries(last?.form ?? [])).toMatchObject({
      grant_type: 'authorization_code',
      code: 'c-1',
      redirect_uri: redirectUri,
      code_verifier: pending.codeVerifier,
    })
    expect(decode(last?.dpop ?? '').payload).toMatchObject({ htu: `${endpoint.issuer}/token` })
  })

  it('is refused when the answer has another state or issuer', async () => {
    const { client, proof, pending, back } = await begin()
    const wrong = [
      back({ code: 'c', state: 'other' }),
      back({ code: 'c', state: pending.state, iss: 'https://evil.example' }),
      new URL(`${redirectUri}?code=c&state=${pending.state}`),
    ]
    for (const callback of wrong) {
      await refusal(client.finish({ pending, callback, proof }), 'TOKEN_REQUEST_FAILED')
    }
    expect(endpoint.received).toHaveLength(1)
  })

  it('says why the issuer refused', async () => {
    const { client, proof, pending, back } = await begin()
    const callback = back({ error: 'invalid_authorization_details', state: pending.state })
    const error = await refusal(client.finish({ pending, callback, proof }), 'TOKEN_REQUEST_FAILED')
    expect(error.oauthError).toBe('invalid_authorization_details')
  })
})
