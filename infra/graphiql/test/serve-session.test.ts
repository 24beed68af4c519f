import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { publicUrl, type Running, startGraphiql } from './kit.js'

const proof = 'aaaa.bbbb.cccc'

describe('the back end of the sign-in, before it talks to the identity service', () => {
  let graphiql: Running
  beforeAll(async () => {
    graphiql = await startGraphiql()
  })
  afterAll(() => graphiql.stop())

  const post = (
    path: string,
    body: string,
    headers: Record<string, string> = { origin: publicUrl },
  ) =>
    fetch(`${graphiql.url}/session/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    })

  const refusal = async (response: Response) => ({
    status: response.status,
    ...((await response.json()) as object),
  })

  it.each(['start', 'token'])('refuses a %s that another site has sent', async (path) => {
    for (const headers of [{}, { origin: 'https://elsewhere.example' }]) {
      expect(await refusal(await post(path, JSON.stringify({ proof }), headers))).toEqual({
        status: 403,
        errors: [
          {
            message: 'This address takes requests of its own page only.',
            extensions: { code: 'CROSS_SITE' },
          },
        ],
      })
    }
  })

  it.each([
    ['no JSON', '{'],
    ['no proof', '{}'],
    ['a proof that could smuggle a header', JSON.stringify({ proof: 'a.b.c\r\nx: y' })],
    ['a proof without a key', JSON.stringify({ proof })],
    ['an attest without type', JSON.stringify({ proof, authorizationDetails: [{}] })],
  ])('refuses a start with %s', async (_, body) => {
    const answering = await startGraphiql({ fetch: metadataOnly })
    const response = await fetch(`${answering.url}/session/start`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: publicUrl },
      body,
    })
    await answering.stop()
    expect(await refusal(response)).toEqual({
      status: 400,
      errors: [
        {
          message: 'The sign-in request is not well formed.',
          extensions: { code: 'SIGN_IN_INPUT' },
        },
      ],
    })
  })

  it('refuses a token without a sign-in', async () => {
    expect(await refusal(await post('token', JSON.stringify({ proof })))).toEqual({
      status: 410,
      errors: [
        {
          message: 'This sign-in is too old, or was started in another browser. Sign in again.',
          extensions: { code: 'SIGN_IN_EXPIRED' },
        },
      ],
    })
  })

  it('says in words that the identity service does not answer', async () => {
    expect(await refusal(await fetch(`${graphiql.url}/session/endpoints`))).toEqual({
      status: 502,
      errors: [
        {
          message: 'The identity service does not answer. Try again in a moment.',
          extensions: { code: 'SIGN_IN_UNAVAILABLE' },
        },
      ],
    })
  })

  it('refuses metadata that name another issuer', async () => {
    const misled = await startGraphiql({ issuer: 'http://real.test', fetch: metadataOnly })
    expect((await fetch(`${misled.url}/session/endpoints`)).status).toBe(502)
    await misled.stop()
  })

  it('sends a redirect that belongs to no sign-in back to the page, which says so', async () => {
    const response = await fetch(`${graphiql.url}/callback?code=c&state=s&iss=i`, {
      redirect: 'manual',
    })
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toBe('/graphiql/#problem=SIGN_IN_EXPIRED')
  })

  it.each([
    'redirect_uri=http://elsewhere.test',
    'return_to=//elsewhere.test&next=http://elsewhere.test&url=http://elsewhere.test',
    'code=c&state=//elsewhere.test&iss=http://elsewhere.test',
    'error=x&error_uri=http://elsewhere.test&error_description=http://elsewhere.test',
  ])(
    'sends a browser to its own page and nowhere else, whatever the address says: %s',
    async (query) => {
      const response = await fetch(`${graphiql.url}/callback?${query}`, { redirect: 'manual' })
      expect(response.headers.get('location')).toMatch(/^\/graphiql\/#problem=[A-Z_]+$/)
    },
  )

  it('tells a browser without a sign-in that there is none', async () => {
    expect(await (await fetch(`${graphiql.url}/session`)).json()).toEqual({ phase: 'none' })
  })
})

const issuer = 'http://127.0.0.1:9'
const metadataOnly = (async () =>
  Response.json({
    issuer,
    authorization_endpoint: `${issuer}/auth`,
    pushed_authorization_request_endpoint: `${issuer}/request`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
  })) as typeof globalThis.fetch
