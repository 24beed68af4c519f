import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { generateKey } from '@kilde/trust'
import { decode, type Network, organization, persona, startNetwork } from './network.js'
import { rawClient } from './raw-client.js'
import { refusedWith } from './refusals.js'

let network: Network
beforeAll(async () => {
  network = await startNetwork()
})
afterAll(() => network.identity.stop())

const url = 'http://127.0.0.1:4401/graphql'

describe('a token exchange', () => {
  it.each(['nurse', 'secretary', 'parent'])(
    'gives the gateway a token of %s for one organisation, which the organisation accepts',
    async (key) => {
      const gateway = network.machine('kilde-gateway')
      const user = await network.signIn(persona(key))
      const { value, expiresAtMs } = await gateway.exchange({
        ...organization,
        subjectToken: user.value,
      })
      expect(expiresAtMs).toBeLessThanOrEqual(user.expiresAtMs + 1000)
      const verifier = network.verifier({
        audience: organization.audience,
        requiredScope: organization.scope,
        requireBodyDigest: true,
      })
      const body = Buffer.from('{}')
      const caller = await verifier.verify({
        authorization: `DPoP ${value}`,
        dpop: gateway.proof.sign({ method: 'POST', url, accessToken: value, body }),
        method: 'POST',
        url,
        body,
      })
      expect(caller).toMatchObject({
        pid: persona(key).pid,
        actor: 'kilde-gateway',
        clientId: 'kilde-gateway',
        jkt: gateway.proof.jkt,
        scopes: ['kilde:organization/read'],
      })
      const [before, after] = [decode(user.value).payload, decode(value).payload]
      const kept = [
        'sub',
        'sid',
        'auth_time',
        'name',
        'nhn:tillitsrammeverk:parameters',
        'kilde:citizen',
      ]
      for (const claim of kept) expect(after[claim]).toEqual(before[claim])
      expect(after['aud']).toBe(organization.audience)
      expect(after['jti']).not.toBe(before['jti'])
    },
  )

  it('is for the gateway alone', async () => {
    const user = await network.signIn(persona('gp'))
    for (const clientId of [
      'kilde-node-310000108',
      'kilde-ingest-310000108',
      'kilde-admin',
      'kilde-cli',
    ] as const) {
      const outcome = network
        .machine(clientId)
        .exchange({ ...organization, subjectToken: user.value })
      expect(await refusedWith(outcome)).toBe('invalid_request')
    }
  })

  it('is refused for anything but one organisation, and for another scope', async () => {
    const gateway = network.machine('kilde-gateway')
    const { value: subjectToken } = await network.signIn(persona('gp'))
    for (const audience of [
      'kilde:gateway',
      'kilde:registry',
      'kilde:organization:31000010',
      'kilde:organization:3100001080',
      'kilde:organization:310000108 kilde:organization:310000205',
      'https://kilde:organization:310000108',
      '',
    ]) {
      const outcome = gateway.exchange({ ...organization, audience, subjectToken })
      expect(await refusedWith(outcome)).toBe('invalid_target')
    }
    for (const scope of ['kilde:organization/write', 'kilde:gateway/read', 'openid']) {
      const outcome = gateway.exchange({ ...organization, scope, subjectToken })
      expect(await refusedWith(outcome)).toBe('invalid_scope')
    }
  })

  it('is refused for a token that is not a token of a user for the gateway', async () => {
    const gateway = network.machine('kilde-gateway')
    const { value: userToken } = await network.signIn(persona('gp'))
    const exchanged = await gateway.exchange({ ...organization, subjectToken: userToken })
    const own = await gateway.clientCredentials({
      audience: 'kilde:registry',
      scope: 'kilde:registry/follow',
    })
    const [header, payload, signature = ''] = userToken.split('.')
    const altered = `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
    for (const subjectToken of [
      exchanged.value,
      own.value,
      altered,
      'nonsense',
      `${header}.${payload}.`,
    ]) {
      const outcome = gateway.exchange({ ...organization, subjectToken })
      expect(await refusedWith(outcome)).toBe('invalid_request')
    }
  })

  it('wants a proof with the nonce, once', async () => {
    const client = rawClient(network, 'kilde-gateway', await generateKey())
    const { value } = await network.signIn(persona('gp'))
    const form = {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: value,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      ...organization,
    }
    const without = await client.post('/token', form)
    expect([without.status, without.body['error']]).toEqual([400, 'invalid_grant'])
    const plain = client.proof.sign({ method: 'POST', url: `${network.issuer}/token` })
    expect((await client.post('/token', form, plain)).body['error']).toBe('use_dpop_nonce')
    const dpop = await client.goodProof()
    const good = await client.post('/token', form, dpop)
    expect(good.body).toMatchObject({
      token_type: 'DPoP',
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      scope: 'kilde:organization/read',
    })
    const again = await client.post('/token', form, dpop)
    expect([again.status, again.body['error']]).toEqual([400, 'invalid_grant'])
    const idToken = { ...form, subject_token_type: 'urn:ietf:params:oauth:token-type:id_token' }
    const wrongType = await client.post('/token', idToken, await client.goodProof())
    expect(wrongType.body['error']).toBe('invalid_request')
  })
})

describe('the exchange of an expired token', () => {
  it('is refused', async () => {
    const expired = await startNetwork({
      alterToken: (payload) => ({ ...payload, exp: Number(payload['iat']) - 1 }),
    })
    const user = await expired.signIn(persona('gp'))
    const gateway = expired.machine('kilde-gateway')
    const outcome = gateway.exchange({ ...organization, subjectToken: user.value })
    expect(await refusedWith(outcome)).toBe('invalid_request')
    await expired.identity.stop()
  })
})
