import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { personas } from '@kilde/people'
import { attestRequest, IdentityError, identityErrors, signInAs } from '../src/index.js'
import { gateway, type Network, persona, redirectUri, startNetwork } from './network.js'

let network: Network
beforeAll(async () => {
  network = await startNetwork()
})
afterAll(() => network.identity.stop())

/** Opens the page as a browser does. */
async function open(change: { loginHint?: string; authorizationDetails?: object[] } = {}) {
  const pending = await network.userClient.start({ ...gateway, ...change })
  const redirect = await fetch(pending.url, { redirect: 'manual' })
  const url = new URL(redirect.headers.get('location') ?? '', network.issuer)
  const cookie = redirect.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const response = await fetch(url, { headers: { cookie } })
  return { url, cookie, response, html: await response.text() }
}

describe('the sign-in page', () => {
  it('lists everybody who can sign in, one button each, with name and description', async () => {
    const { response, html } = await open()
    expect(response.status).toBe(200)
    expect(personas).toHaveLength(10)
    const buttons = [...html.matchAll(/<button type="submit" name="persona" value="([^"]+)">/g)]
    expect(buttons.map(([, key]) => key)).toEqual(personas.map(({ key }) => key))
    for (const { name, about } of personas) {
      expect(html).toContain(`<strong>${name}</strong>`)
      expect(html).toContain(about)
    }
    expect(html).toContain('Kilde command line asks you to sign in.')
  })

  it('is a whole page without scripts, and shows nobody’s number', async () => {
    const { html } = await open()
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/)
    expect(html).toContain('<title>Who are you?</title>')
    expect(html).toContain('<h1>Who are you?</h1>')
    expect(html).not.toMatch(/<script|javascript:|\son\w+=/i)
    expect(html).not.toMatch(/\d{11}/)
  })

  it('has a strict policy that still lets the form lead back to the client', async () => {
    const { response } = await open()
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self' http:\/\/127\.0\.0\.1:9; frame-ancestors 'none'; base-uri 'none'$/,
    )
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('referrer-policy')).toBe('no-referrer')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('puts the expected person first, and says whom the attest does not fit', async () => {
    const attest = attestRequest(persona('nurse'))
    const { html } = await open({
      loginHint: 'nurse',
      authorizationDetails: attest ? [attest] : [],
    })
    const first = /<li><button type="submit" name="persona" value="([^"]+)">.*<\/li>/.exec(html)
    expect(first?.[1]).toBe('nurse')
    expect(first?.[0]).not.toContain('not this person')
    expect(html.match(/not this person/g)).toHaveLength(9)
  })

  it('refuses a person who does not exist', async () => {
    const { url, cookie } = await open()
    const body = new URLSearchParams({ persona: '<b>nobody</b>' })
    const response = await fetch(url, { method: 'POST', headers: { cookie }, body })
    const html = await response.text()
    expect(response.status).toBe(400)
    expect(html).toContain(identityErrors.UNKNOWN_PERSONA.text)
    expect(html).not.toContain('nobody</b>')
    const pending = await network.userClient.start(gateway)
    const signIn = signInAs({ url: pending.url, persona: 'nobody', redirectUri })
    await expect(signIn).rejects.toThrow(IdentityError)
    await expect(signIn).rejects.toMatchObject({ code: 'UNKNOWN_PERSONA' })
  })

  it('belongs to one browser: without its cookie it neither shows nor signs in', async () => {
    const { url } = await open()
    const body = new URLSearchParams({ persona: 'gp' })
    for (const init of [{}, { method: 'POST', body }]) {
      const response = await fetch(url, { ...init, redirect: 'manual' })
      expect(response.status).toBe(400)
      expect(await response.text()).toContain(identityErrors.SIGN_IN_EXPIRED.text)
    }
  })

  it('asks again every time: nobody stays signed in', async () => {
    const { url, cookie } = await open()
    const body = new URLSearchParams({ persona: 'gp' })
    const posted = await fetch(url, {
      method: 'POST',
      headers: { cookie },
      body,
      redirect: 'manual',
    })
    const resumed = await fetch(new URL(posted.headers.get('location') ?? '', url), {
      headers: { cookie },
      redirect: 'manual',
    })
    expect(resumed.headers.get('location')).toContain('code=')
    const session = resumed.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ')
    const pending = await network.userClient.start(gateway)
    const next = await fetch(pending.url, { headers: { cookie: session }, redirect: 'manual' })
    expect(next.headers.get('location')).toMatch(/^\/interaction\//)
  })
})
