import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { generateKey } from '@kilde/trust'
import { gateway, type Network, redirectUri, startNetwork } from './network.js'
import { rawClient, signInForm } from './raw-client.js'

// RFC 9700 §§4.1, 4.11 and 4.12: where a sign-in may end, and how a browser gets there.

let network: Network
let client: ReturnType<typeof rawClient>
beforeAll(async () => {
  network = await startNetwork()
  client = rawClient(network, 'kilde-cli', await generateKey())
})
afterAll(() => network.identity.stop())

/** None of them is the registered address, letter for letter (RFC 9700 §2.1). */
const near = [
  `${redirectUri}/`,
  `${redirectUri}/more`,
  `${redirectUri}/../callback`,
  `${redirectUri}?next=1`,
  `${redirectUri}#part`,
  redirectUri.toUpperCase(),
  redirectUri.replace('http:', 'https:'),
  redirectUri.replace(':9/', ':10/'),
  redirectUri.replace(':9/', '/'),
  redirectUri.replace('127.0.0.1', 'localhost'),
  redirectUri.replace('127.0.0.1', '127.0.0.1.elsewhere.test'),
  redirectUri.replace('127.0.0.1', 'somebody@127.0.0.1'),
  redirectUri.replace('127.0.0.1:9', 'elsewhere.test#@127.0.0.1:9'),
  redirectUri.replace('callback', '%63allback'),
  redirectUri.replace('callback', 'CALLBACK'),
  'http://elsewhere.test/callback',
  'javascript:alert(1)',
  'data:text/html,x',
  '//elsewhere.test/callback',
  '/callback',
  '*',
]

describe('the redirect address of a sign-in', () => {
  it.each(near)('is the registered one, letter for letter, and not %s', async (address) => {
    const { status, body } = await client.post('/request', {
      ...signInForm,
      redirect_uri: address,
    })
    expect([status, body['error']]).toEqual([400, 'invalid_request'])
  })

  it.each(near)('is never one that a browser brings: nobody is sent to %s', async (address) => {
    const query = new URLSearchParams({
      ...signInForm,
      client_id: 'kilde-cli',
      redirect_uri: address,
    })
    const response = await fetch(`${network.issuer}/auth?${query.toString()}`, {
      redirect: 'manual',
    })
    expect([response.status, response.headers.get('location')]).toEqual([400, null])
  })

  it('carries a code alone: no token stands in an address, as none is asked for that way', async () => {
    for (const type of ['token', 'id_token', 'code token', 'code id_token', 'none']) {
      const { status, body } = await client.post('/request', {
        ...signInForm,
        response_type: type,
        nonce: 'n',
      })
      expect([status, body['error']]).toEqual([400, 'unsupported_response_type'])
    }
  })

  it('is gone to without what was sent to the page: by 303, never by 307 or 308', async () => {
    const pending = await network.userClient.start(gateway)
    const shown = await fetch(pending.url, { redirect: 'manual' })
    const page = new URL(shown.headers.get('location') ?? '', network.issuer)
    const cookie = shown.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ')
    const posted = await fetch(page, {
      method: 'POST',
      headers: { cookie },
      body: new URLSearchParams({ persona: 'gp' }),
      redirect: 'manual',
    })
    expect(posted.status).toBe(303)
    const next = new URL(posted.headers.get('location') ?? '', page)
    const resumed = await fetch(next, { headers: { cookie }, redirect: 'manual' })
    expect(resumed.status).toBe(303)
    expect(resumed.headers.get('location')).toContain(`${redirectUri}?code=`)
  })
})
