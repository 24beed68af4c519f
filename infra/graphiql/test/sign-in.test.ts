import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  type AttestRequest,
  attestRequest,
  createIdentity,
  identitySettings,
  type RunningIdentity,
  signInAs,
} from '@kilde/identity'
import { type Persona, personas } from '@kilde/people'
import { readConfig, silentLogger } from '@kilde/service'
import {
  createRequestVerifier,
  generateKey,
  issuerJwks,
  memoryReplayStore,
  type PrivateJwk,
  publicPart,
} from '@kilde/trust'
import { openBrowser } from './browser.js'
import { publicUrl, type Running, startGraphiql } from './kit.js'

const redirectUri = `${publicUrl}/graphiql/callback`
const graphqlUrl = `${publicUrl}/graphql`
const signInTooOld = 'This sign-in is too old, or was started in another browser. Sign in again.'

describe('signing in to GraphiQL at the identity service', () => {
  let identity: RunningIdentity
  let graphiql: Running
  beforeAll(async () => {
    const clientKey = await generateKey()
    identity = await startIdentity(clientKey)
    graphiql = await startGraphiql({ issuer: identity.issuer, clientKey })
  })
  afterAll(async () => {
    await graphiql.stop()
    await identity.stop()
  })
  const open = () => openBrowser(graphiql.url)
  const signIn = (url: string, persona = 'nurse') => signInAs({ url, persona, redirectUri })

  it('gives the page a token bound to the browser’s key, with the attest and the name', async () => {
    const browser = await open()
    const callback = await signIn(await browser.start([attestOf('nurse')]))
    expect(await browser.return(callback)).toBe('/graphiql/')
    expect(await browser.phase()).toEqual({ phase: 'returned' })
    const { accessToken, name } = await browser.token()
    expect(name).toBe('Siri Sykepleier')
    const caller = await verifier(identity).verify({
      authorization: `DPoP ${accessToken}`,
      dpop: browser.proof.sign({ method: 'POST', url: graphqlUrl, accessToken }),
      method: 'POST',
      url: graphqlUrl,
    })
    expect(caller).toMatchObject({ kind: 'professional', purpose: 'TREAT', jkt: browser.proof.jkt })
  })

  it('signs citizens in, who have no attest', async () => {
    const browser = await open()
    await browser.return(await signIn(await browser.start(), 'patient'))
    expect((await browser.token()).name).toBe('Kari Kols')
  })

  it('keeps the sign-in in a cookie that scripts cannot read, and ends it with the token', async () => {
    const browser = await open()
    const callback = await signIn(await browser.start())
    expect(browser.cookie()).toMatch(
      /^kilde_graphiql=[\w-]{43}; Max-Age=600; Path=\/graphiql; HttpOnly; SameSite=Lax$/,
    )
    await browser.return(callback)
    await browser.token()
    expect(browser.cookie()).toMatch(/^kilde_graphiql=; Max-Age=0;/)
    expect((await browser.postToken()).status).toBe(410)
  })

  it('asks for another proof when the identity service wants its nonce in it, and keeps the code', async () => {
    const browser = await open()
    await browser.return(await signIn(await browser.start()))
    const response = await browser.postToken()
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ nonce: expect.any(String) })
    expect(await browser.phase()).toEqual({ phase: 'returned' })
  })

  it('puts nothing of the request into the address of the identity service', async () => {
    const browser = await open()
    const { searchParams } = new URL(await browser.start([attestOf('nurse')]))
    expect([...searchParams.keys()]).toEqual(['client_id', 'request_uri'])
  })

  it('refuses the redirect of a sign-in that another browser started', async () => {
    const [victim, attacker] = [await open(), await open()]
    await victim.start()
    const callback = await signIn(await attacker.start())
    expect(await victim.return(callback)).toBe('/graphiql/#problem=SIGN_IN_MISMATCH')
    expect(await (await open()).return(callback)).toBe('/graphiql/#problem=SIGN_IN_EXPIRED')
    expect(await victim.phase()).toEqual({ phase: 'none' })
  })

  it('refuses a redirect that names another issuer', async () => {
    const browser = await open()
    const callback = await signIn(await browser.start())
    callback.searchParams.set('iss', 'http://elsewhere.test')
    expect(await browser.return(callback)).toBe('/graphiql/#problem=SIGN_IN_MISMATCH')
  })

  it('takes a redirect once', async () => {
    const browser = await open()
    const callback = await signIn(await browser.start())
    await browser.return(callback)
    expect(await browser.return(callback)).toBe('/graphiql/#problem=SIGN_IN_EXPIRED')
  })

  it('refuses a code that was fetched for another key', async () => {
    const [browser, thief] = [await open(), await open()]
    await browser.return(await signIn(await browser.start()))
    const wanted = (await (await browser.postToken()).json()) as { nonce: string }
    const stolen = await browser.postToken({ ...wanted, proof: thief.proof })
    expect(stolen.status).toBe(403)
    expect(await stolen.json()).toEqual({
      errors: [
        {
          message:
            'The identity service refused the sign-in (invalid_grant: grant request is invalid).',
          extensions: { code: 'SIGN_IN_REFUSED' },
        },
      ],
    })
  })

  it('says once why the identity service refused, in its words', async () => {
    const browser = await open()
    const callback = await signIn(await browser.start([attestOf('gp')]), 'nurse')
    expect(await browser.return(callback)).toBe('/graphiql/')
    expect(await browser.phase()).toEqual({
      phase: 'failed',
      message:
        'The identity service refused the sign-in (invalid_authorization_details: not according to the base data: legal_entity).',
    })
    expect(await browser.phase()).toEqual({ phase: 'none' })
    const late = await browser.postToken()
    expect(await late.json()).toEqual({
      errors: [{ message: signInTooOld, extensions: { code: 'SIGN_IN_EXPIRED' } }],
    })
  })
})

function startIdentity(clientKey: PrivateJwk): Promise<RunningIdentity> {
  const clients = [
    {
      clientId: 'kilde-graphiql',
      kind: 'user',
      name: 'GraphiQL',
      redirectUris: [redirectUri],
      publicJwk: publicPart(clientKey),
    },
  ]
  const env = { KILDE_PORT: '0', KILDE_CLIENTS: JSON.stringify(clients) }
  return createIdentity(readConfig(identitySettings, env), { logger: silentLogger })
}

/** What the gateway checks. */
function verifier({ issuer }: RunningIdentity) {
  return createRequestVerifier({
    issuer,
    audience: 'kilde:gateway',
    keys: issuerJwks(issuer),
    replay: memoryReplayStore(),
    requiredScope: 'kilde:gateway/read',
    accept: ['professional', 'citizen'],
  })
}

function attestOf(persona: string): AttestRequest {
  const found: Persona | undefined = personas.find(({ key }) => key === persona)
  const request = found && attestRequest(found)
  if (!request) throw new Error(`${persona} works nowhere`)
  return request
}
