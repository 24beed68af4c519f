import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { registryScopes } from '@kilde/catalogue'
import { content, createWorld, fjordheim, organization, signedHeaders, type World } from './kit.js'

let world: World
let url: string
beforeAll(async () => {
  world = await createWorld()
  url = (await world.registry({ KILDE_DPOP_NONCE: 'on' })).url
})
afterAll(() => world.end())

it('a registry that wants nonces in proofs is followed and changed by those who learn them', async () => {
  const admin = await world.admin()
  await admin.importState(content)
  const follower = await world.follower('one')
  expect(follower.current().state.organizations).toHaveLength(2)
  const change = organization(fjordheim, { name: 'Another name' })
  expect(await admin.putOrganization(change)).toMatchObject({ changed: true, missing: [] })
  const names = follower.current().state.organizations.map(({ name }) => name)
  expect(names).toContain('Another name')
})

it.each(['/state', '/state/stream', '/admin/state'])(
  'it refuses a proof without one at %s, and tells the one to use',
  async (path) => {
    const scope = path === '/admin/state' ? registryScopes.admin : registryScopes.follow
    const tokens = await world.client('kilde-gateway')
    const headers = await signedHeaders(tokens, 'GET', `${url}${path}`, scope)
    const refused = await fetch(`${url}${path}`, { headers })
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toContain('error="use_dpop_nonce"')
    expect(refused.headers.get('dpop-nonce')).toMatch(/^[\w-]{32}$/)
    expect(await refused.json()).toMatchObject({
      errors: [{ extensions: { code: 'DPOP_NONCE_NEEDED' } }],
    })
  },
)

it('it tells one with a stream as well, which is good for what comes next', async () => {
  const tokens = await world.client('kilde-gateway')
  const { value } = await tokens.clientCredentials({
    audience: 'kilde:registry',
    scope: registryScopes.follow,
  })
  const ask = (path: string, nonce: string | null, signal?: AbortSignal) => {
    const signed = {
      method: 'GET',
      url: `${url}${path}`,
      accessToken: value,
      body: Buffer.alloc(0),
    }
    const dpop = tokens.proof.sign({ ...signed, ...(nonce !== null && { nonce }) })
    const headers = {
      authorization: `DPoP ${value}`,
      dpop,
      'kilde-follower': 'test;00000000-0000-4000-8000-000000000000',
    }
    return fetch(`${url}${path}`, { headers, ...(signal && { signal }) })
  }
  const told = (await ask('/state', null)).headers.get('dpop-nonce')
  const ending = new AbortController()
  const stream = await ask('/state/stream', told, ending.signal)
  expect(stream.status).toBe(200)
  const next = stream.headers.get('dpop-nonce')
  ending.abort()
  expect((await ask('/state', next)).status).toBe(200)
  expect((await ask('/state', 'of my own')).status).toBe(401)
})
