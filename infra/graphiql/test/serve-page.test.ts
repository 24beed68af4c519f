import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { buildPage, examples, type Running, sdl, startGraphiql } from './kit.js'

describe('the page of GraphiQL', () => {
  let graphiql: Running
  beforeAll(async () => {
    buildPage()
    graphiql = await startGraphiql()
  })
  afterAll(() => graphiql.stop())

  it('comes from this server alone, under a strict content security policy', async () => {
    const response = await fetch(`${graphiql.url}/`)
    const html = await response.text()
    expect(response.status).toBe(200)
    expect(html).toContain('<title>Kilde</title>')
    expect(html).not.toMatch(/(src|href)="(?!\.\/)/)
    expect(html).not.toMatch(/<script(?![^>]* src=)/)
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; " +
        "font-src 'self' data:; img-src 'self' data:; connect-src 'self'; form-action 'none'; " +
        "frame-ancestors 'none'; base-uri 'none'",
    )
  })

  it('serves its scripts compressed, to be kept for as long as they are unchanged', async () => {
    const html = await (await fetch(`${graphiql.url}/`)).text()
    const script = /src="\.\/(assets\/[^"]+\.js)"/.exec(html)?.[1]
    const response = await fetch(`${graphiql.url}/${script}`)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/javascript/)
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'/)
  })

  it('sends an address without the slash at the end to the one with it', async () => {
    const response = await fetch(graphiql.url, { redirect: 'manual' })
    expect(response.status).toBe(308)
    expect(response.headers.get('location')).toBe('/graphiql/')
  })

  it('gives the schema as a file to everybody', async () => {
    const response = await fetch(`${graphiql.url}/schema.graphql`)
    expect(response.headers.get('content-type')).toBe('application/graphql; charset=utf-8')
    expect(await response.text()).toBe(sdl)
  })

  it('tells the page its examples and the public address, and no secret', async () => {
    const settings: unknown = await (await fetch(`${graphiql.url}/settings.json`)).json()
    expect(settings).toEqual({
      publicUrl: 'http://kilde.test',
      graphqlUrl: 'http://kilde.test/graphql',
      examples,
      attests: [],
      problems: {
        SIGN_IN_EXPIRED:
          'This sign-in is too old, or was started in another browser. Sign in again.',
        SIGN_IN_MISMATCH: 'The answer does not belong to this sign-in. Sign in again.',
      },
    })
  })

  it('answers for a file that it does not have like any other address that is not there', async () => {
    const response = await fetch(`${graphiql.url}/assets/nothing.js`)
    expect(response.status).toBe(404)
    expect(await response.json()).toEqual({
      errors: [{ message: 'There is nothing here.', extensions: { code: 'NOT_FOUND' } }],
    })
  })
})
