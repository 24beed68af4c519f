import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createProofSigner, generateKey } from '@kilde/trust'
import { attestRequest, signInAs } from '../src/index.js'
import { type Network, persona, redirectUri, startNetwork } from './network.js'
import { rawClient, signInForm, verifier } from './raw-client.js'

let network: Network
let client: ReturnType<typeof rawClient>
beforeAll(async () => {
  network = await startNetwork()
  client = rawClient(network, 'kilde-cli', await generateKey())
})
afterAll(() => network.identity.stop())

const push = (form: Readonly<Record<string, string>> = {}) =>
  client.post('/request', { ...signInForm, ...form })

async function newCode(form: Readonly<Record<string, string>> = {}): Promise<string> {
  const { body } = await push(form)
  const query = new URLSearchParams({
    client_id: 'kilde-cli',
    request_uri: String(body['request_uri']),
  })
  const url = `${network.issuer}/auth?${query.toString()}`
  const callback = await signInAs({ url, persona: 'patient', redirectUri })
  return callback.searchParams.get('code') ?? ''
}

const redeem = (code: string, form: Readonly<Record<string, string>>, dpop?: string) =>
  client.post(
    '/token',
    {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
      ...form,
    },
    dpop,
  )

describe('the profile of HelseID', () => {
  it('is published, with nothing in it that HelseID does not allow', async () => {
    const response = await fetch(`${network.issuer}/.well-known/openid-configuration`)
    expect(await response.json()).toMatchObject({
      issuer: network.issuer,
      require_pushed_authorization_requests: true,
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
      response_types_supported: ['code'],
      authorization_response_iss_parameter_supported: true,
      authorization_details_types_supported: ['nhn:tillitsrammeverk:parameters'],
      grant_types_supported: [
        'authorization_code',
        'client_credentials',
        'urn:ietf:params:oauth:grant-type:token-exchange',
      ],
    })
  })

  it('refuses a sign-in that was not pushed', async () => {
    const query = new URLSearchParams({ ...signInForm, client_id: 'kilde-cli' })
    const response = await fetch(`${network.issuer}/auth?${query.toString()}`, {
      redirect: 'manual',
    })
    expect(response.headers.get('location')).toContain('error=invalid_request')
  })

  it.each([
    ['without PKCE', { code_challenge: '', code_challenge_method: '' }, 'invalid_request'],
    [
      'with a plain PKCE challenge',
      { code_challenge: verifier, code_challenge_method: 'plain' },
      'invalid_request',
    ],
    [
      'to an address that is not registered',
      { redirect_uri: 'http://127.0.0.1:9/other' },
      'invalid_request',
    ],
    ['for another audience', { resource: 'kilde:registry' }, 'invalid_target'],
    ['for an unknown audience', { resource: 'kilde:organization:310000108' }, 'invalid_target'],
    ['for another scope', { scope: 'kilde:registry/admin' }, 'invalid_scope'],
    ['with a token straight away', { response_type: 'token' }, 'unsupported_response_type'],
  ])('refuses a sign-in %s', async (_name, form, error) => {
    const { status, body } = await push(form)
    expect([status, body['error']]).toEqual([400, error])
  })

  it('refuses a client that does not prove itself as HelseID wants', async () => {
    const other = await generateKey()
    const now = Math.floor(Date.now() / 1000)
    const used = client.assertion()
    await client.post('/request', { ...signInForm, client_assertion: used })
    const refused: readonly string[] = [
      client.assertion({}, { typ: 'JWT' }),
      client.assertion({ aud: `${network.issuer}/token` }),
      client.assertion({ aud: [network.issuer] }),
      client.assertion({ exp: now + 3600 }),
      client.assertion({ exp: now - 60 }),
      client.assertion({ jti: undefined }),
      client.assertion({ iss: 'kilde-gateway' }),
      client.assertion({}, {}, other),
      client.assertion({}, { alg: 'none' }),
      used,
      'nonsense',
    ]
    for (const assertion of refused) {
      const { status, body } = await push({ client_assertion: assertion })
      expect(`${status} ${String(body['error'])}`).toMatch(
        /^(401 invalid_client|400 invalid_request)$/,
      )
    }
    const secret = await client.post('/request', {
      ...signInForm,
      client_assertion_type: '',
      client_assertion: '',
      client_secret: 'x',
    })
    expect(secret.body['error']).toMatch(/^invalid_(client|request)$/)
  })

  it('wants a proof with its own nonce at the token endpoint', async () => {
    const code = await newCode()
    const url = `${network.issuer}/token`
    const without = await redeem(code, {})
    expect([without.status, without.body['error']]).toEqual([400, 'invalid_grant'])
    const first = await redeem(code, {}, client.proof.sign({ method: 'POST', url }))
    expect([first.status, first.body['error']]).toEqual([400, 'use_dpop_nonce'])
    const nonce = first.nonce ?? ''
    const invented = client.proof.sign({ method: 'POST', url, nonce: 'invented' })
    expect((await redeem(code, {}, invented)).body['error']).toBe('use_dpop_nonce')
    const elsewhere = client.proof.sign({ method: 'POST', url: `${network.issuer}/request`, nonce })
    expect((await redeem(code, {}, elsewhere)).body['error']).toBe('invalid_dpop_proof')
    const good = await redeem(code, {}, client.proof.sign({ method: 'POST', url, nonce }))
    expect([good.status, good.body['token_type']]).toEqual([200, 'DPoP'])
  })

  it('gives a token for a code once, to who started the sign-in, with the key it was started with', async () => {
    const bound = { dpop_jkt: client.proof.jkt }
    const stranger = createProofSigner(await generateKey())
    const refusals: readonly [Readonly<Record<string, string>>, string][] = [
      [{ code_verifier: 'w'.repeat(43) }, await client.goodProof()],
      [{ redirect_uri: 'http://127.0.0.1:9/other' }, await client.goodProof()],
      [{ code: 'invented' }, await client.goodProof()],
      [{}, await client.goodProof(stranger)],
    ]
    for (const [form, dpop] of refusals) {
      const { status, body } = await redeem(await newCode(bound), form, dpop)
      expect([status, body['error']]).toEqual([400, 'invalid_grant'])
    }
    const code = await newCode(bound)
    const good = await redeem(code, {}, await client.goodProof())
    expect(good.status).toBe(200)
    const again = await redeem(code, {}, await client.goodProof())
    expect([again.status, again.body['error']]).toEqual([400, 'invalid_grant'])
  })

  it('refuses a proof that was used before', async () => {
    const dpop = await client.goodProof()
    expect((await redeem(await newCode(), {}, dpop)).status).toBe(200)
    const again = await redeem(await newCode(), {}, dpop)
    expect([again.status, again.body['error']]).toEqual([400, 'invalid_grant'])
  })

  it('tells who signed in by an ID token where the client asks for openid', async () => {
    const code = await newCode({ scope: 'openid kilde:gateway/read', nonce: 'n-1' })
    const { body } = await redeem(code, {}, await client.goodProof())
    const [, payload = ''] = String(body['id_token']).split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
    expect(claims).toMatchObject({
      iss: network.issuer,
      aud: 'kilde-cli',
      nonce: 'n-1',
      name: 'Kari Kols',
    })
    expect(JSON.stringify(claims)).not.toMatch(/\d{11}/)
  })

  it('refuses an attest that says more than codes and numbers, or not enough', async () => {
    const gp = attestRequest(persona('gp'))
    if (!gp) throw new Error('the GP works')
    const { practitioner, care_relationship: care } = gp
    const named = { ...practitioner.legal_entity, name: 'Other' }
    const refused: readonly unknown[] = [
      { ...gp, type: 'another' },
      { ...gp, toa: 1 },
      { ...gp, practitioner: { ...practitioner, identifier: { id: '12837531282' } } },
      { ...gp, practitioner: { ...practitioner, legal_entity: named } },
      { ...gp, practitioner: { ...practitioner, legal_entity: undefined } },
      { ...gp, practitioner: { ...practitioner, point_of_care: undefined } },
      { ...gp, care_relationship: { ...care, purpose_of_use: undefined } },
      { ...gp, care_relationship: { ...care, decision_ref: undefined } },
      { ...gp, care_relationship: { ...care, healthcare_service: { code: 'x', system: 'x' } } },
      { ...gp, patients: [{ identifier: { id: '12837531282' } }] },
      'text',
    ]
    for (const detail of refused) {
      const { status, body } = await push({ authorization_details: JSON.stringify([detail]) })
      expect([status, body['error']]).toEqual([400, 'invalid_authorization_details'])
      expect(JSON.stringify(body)).not.toMatch(/\d{11}/)
    }
    const notJson = await push({ authorization_details: '{' })
    expect(notJson.body['error']).toBe('invalid_authorization_details')
  })
})
