import { describe, expect, it } from '@jest/globals'
import { personas } from '@kilde/people'
import { type Logger, readConfig, silentLogger } from '@kilde/service'
import { claims, generateKey, publicPart, type TrustCode, trustErrors } from '@kilde/trust'
import { createIdentity, identityErrors, identitySettings, tokenAs } from '../src/index.js'
import {
  decode,
  gateway,
  type Network,
  organization,
  persona,
  redirectUri,
  startNetwork,
} from './network.js'

const url = 'http://127.0.0.1:4000/graphql'

async function ask(network: Network, token: string, verifier = network.verifier()) {
  return verifier.verify({
    authorization: `DPoP ${token}`,
    dpop: network.proof.sign({ method: 'POST', url, accessToken: token }),
    method: 'POST',
    url,
  })
}

describe('the stand-in', () => {
  it('does not run in production', async () => {
    const start = startNetwork({ config: { NODE_ENV: 'production' } })
    await expect(start).rejects.toMatchObject({
      code: 'IDENTITY_IN_PRODUCTION',
      publicText: identityErrors.IDENTITY_IN_PRODUCTION.text,
    })
  })

  it('says that it lives and is ready', async () => {
    const { identity, issuer } = await startNetwork()
    for (const path of ['/health/live', '/health/ready']) {
      expect((await fetch(issuer + path)).status).toBe(200)
    }
    await identity.stop()
  })

  it('replaces its signing key while old tokens go on working', async () => {
    const network = await startNetwork()
    const verifier = network.verifier()
    const old = await network.signIn(persona('gp'))
    await ask(network, old.value, verifier)
    await network.identity.rotateKeys()
    const fresh = await network.signIn(persona('gp'))
    expect(decode(fresh.value).header['kid']).not.toBe(decode(old.value).header['kid'])
    const newcomer = network.verifier()
    for (const who of [verifier, newcomer]) {
      for (const token of [old, fresh])
        await expect(ask(network, token.value, who)).resolves.toBeDefined()
    }
    const gatewayClient = network.machine('kilde-gateway')
    const target = { audience: 'kilde:organization:310000108', scope: 'kilde:organization/read' }
    await expect(
      gatewayClient.exchange({ ...target, subjectToken: old.value }),
    ).resolves.toBeDefined()
    await network.identity.stop()
  })

  it('goes on with a sign-in that was under way when the key was replaced', async () => {
    const network = await startNetwork()
    const rotateInBetween: typeof fetch = async (to, init) => {
      if (init?.method === 'POST') await network.identity.rotateKeys()
      return fetch(to, init)
    }
    const token = await tokenAs({
      client: network.userClient,
      redirectUri,
      persona: 'patient',
      proof: network.proof,
      request: gateway,
      fetch: rotateInBetween,
    })
    await expect(ask(network, token.value)).resolves.toMatchObject({ kind: 'citizen' })
    await network.identity.stop()
  })

  it('gives every token the life that is set', async () => {
    const network = await startNetwork({ config: { KILDE_TOKEN_SECONDS: 1_200 } })
    const target = { audience: 'kilde:registry', scope: 'kilde:registry/admin' }
    const user = await network.signIn(persona('gp'))
    const machine = await network.machine('kilde-admin').clientCredentials(target)
    const exchanged = await network
      .machine('kilde-gateway')
      .exchange({ ...organization, subjectToken: user.value })
    await network.identity.stop()
    const lives = [user, machine, exchanged].map(({ value }) => {
      const { payload } = decode(value)
      return Number(payload['exp']) - Number(payload['iat'])
    })
    expect(lives.map((life) => Math.ceil(life / 10) * 10)).toEqual([1_200, 1_200, 1_200])
  })

  it('takes a replaced key back when its time is over', async () => {
    const network = await startNetwork({ config: { KILDE_KEY_OVERLAP_SECONDS: 0 } })
    const old = await network.signIn(persona('gp'))
    await network.identity.rotateKeys()
    const published = async () => {
      const set = (await (await fetch(`${network.issuer}/jwks`)).json()) as { keys: unknown[] }
      return set.keys.length
    }
    while ((await published()) > 1) await new Promise((wait) => setTimeout(wait, 5))
    await expect(ask(network, old.value)).rejects.toMatchObject({ code: 'TOKEN_SIGNATURE' })
    await network.identity.stop()
  })

  const altered: readonly [string, Record<string, unknown>, TrustCode][] = [
    ['security level 3', { [claims.securityLevel]: '3' }, 'SECURITY_LEVEL_TOO_LOW'],
    ['an expiry in the past', { exp: 1_000_000_000 }, 'TOKEN_EXPIRED'],
    ['another audience', { aud: 'kilde:organization:310000108' }, 'TOKEN_AUDIENCE'],
    ['another issuer', { iss: 'https://helseid-sts.nhn.no' }, 'TOKEN_ISSUER'],
    ['no attest', { [claims.attest]: undefined }, 'ATTEST_MISSING'],
    ['scope as text', { scope: gateway.scope }, 'TOKEN_MALFORMED'],
  ]
  it.each(altered)(
    'can issue tokens with %s for tests of refusals',
    async (_name, change, code) => {
      const network = await startNetwork({ alterToken: (payload) => ({ ...payload, ...change }) })
      const token = await network.signIn(persona('gp'))
      await expect(ask(network, token.value)).rejects.toMatchObject({
        code,
        publicText: trustErrors[code].text,
      })
      await network.identity.stop()
    },
  )

  it('writes no identity number into a log or an address, whoever signs in and whatever is refused', async () => {
    const written: string[] = []
    const note = (fields: object, message: string) =>
      void written.push(`${JSON.stringify(fields)} ${message}`)
    const logger: Logger = { info: note, warn: note, error: note }
    const network = await startNetwork({ logger })
    const watched: typeof fetch = (to, init) => {
      written.push(to instanceof Request ? to.url : to.toString())
      return fetch(to, init)
    }
    for (const { key } of personas) {
      await tokenAs({
        client: network.userClient,
        redirectUri,
        persona: key,
        proof: network.proof,
        request: { ...gateway, authorizationDetails: [{ type: claims.attest }] },
        fetch: watched,
      }).catch(() => {})
      await tokenAs({
        client: network.userClient,
        redirectUri,
        persona: key,
        proof: network.proof,
        request: gateway,
        fetch: watched,
      })
    }
    expect(written.length).toBeGreaterThan(20)
    expect(written.some((line) => line.includes('invalid_authorization_details'))).toBe(true)
    expect(written.filter((line) => /\d{11}/.test(line))).toEqual([])
    await network.identity.stop()
  })
})

describe('its settings', () => {
  const client = async () => ({
    clientId: 'kilde-gateway',
    kind: 'gateway',
    name: 'Gateway',
    publicJwk: publicPart(await generateKey()),
  })

  it('take the clients from JSON, and default to tokens of 10 minutes', async () => {
    const config = readConfig(identitySettings, {
      KILDE_CLIENTS: JSON.stringify([await client()]),
      KILDE_PORT: '0',
    })
    expect(config).toMatchObject({
      KILDE_TOKEN_SECONDS: 600,
      KILDE_HOST: '127.0.0.1',
      NODE_ENV: 'development',
    })
    const identity = await createIdentity(config, { logger: silentLogger })
    await identity.stop()
  })

  it.each([
    ['an unknown kind', { kind: 'other' }],
    ['a secret key', { publicJwk: 'x' }],
    ['an ingest client without organisation', { kind: 'ingest' }],
    ['a user client without addresses to return to', { kind: 'user' }],
    ['a machine client with addresses to return to', { redirectUris: ['http://127.0.0.1/'] }],
    ['an unknown field', { secret: 'x' }],
  ])('refuse %s', async (_name, change) => {
    const clients = JSON.stringify([{ ...(await client()), ...change }])
    expect(() => readConfig(identitySettings, { KILDE_CLIENTS: clients })).toThrow(
      /^Configuration:\n {2}KILDE_CLIENTS: /,
    )
  })

  it('refuse two clients of one name', async () => {
    const clients = JSON.stringify([await client(), await client()])
    const read = () => readConfig(identitySettings, { KILDE_CLIENTS: clients })
    expect(read).toThrow('KILDE_CLIENTS: two clients have the same clientId')
  })
})
