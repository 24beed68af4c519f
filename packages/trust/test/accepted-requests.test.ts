import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  attest,
  citizenClaim,
  newScene,
  pid,
  scope,
  start,
  startIssuer,
  type TestIssuer,
  url,
} from './issuer.js'

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await startIssuer()
})
afterAll(() => issuer.stop())

describe('a verified request', () => {
  it('tells who the health professional is, from which organisation, and on what ground', async () => {
    const scene = newScene(issuer)
    const caller = await scene.verifier.verify(
      scene.request(scene.token({ act: { sub: 'kilde-gateway' } })),
    )
    expect(caller).toEqual({
      kind: 'professional',
      subject: 'user-1',
      clientId: 'ehr',
      scopes: [scope],
      jkt: scene.proof.jkt,
      tokenHash: expect.stringMatching(/^[\w-]{43}$/),
      expiresAtMs: (start + 600) * 1000,
      actor: 'kilde-gateway',
      session: 'session-1',
      pid,
      name: 'Gro Fastlege',
      securityLevel: 4,
      hprNumber: '9990001',
      purpose: 'TREAT',
      organization: '310000302',
      attest: {
        id: expect.stringMatching(/^[\w-]{43}$/),
        attestedAtMs: start * 1000,
        legalEntity: '310000302',
        pointOfCare: '310000310',
        hprNumber: '9990001',
        authorization: 'LE',
        healthcareService: 'KX17',
        purpose: 'TREAT',
        decisionRef: { id: 'd-1', description: 'Legekonsultasjon', userSelected: false },
      },
    })
  })

  it('tells which citizen asks, and for whom', async () => {
    const scene = newScene(issuer)
    const represented = '19871261272'
    const token = (citizen: object) =>
      scene.token({
        'nhn:tillitsrammeverk:parameters': undefined,
        'helseid://claims/client/claims/orgnr_parent': undefined,
        'kilde:citizen': citizen,
      })
    const own = await scene.verifier.verify(scene.request(token(citizenClaim)))
    expect(own).toMatchObject({ kind: 'citizen', pid, purpose: 'PATRQT' })
    expect(own).not.toHaveProperty('onBehalfOf')
    const purpose = { ...citizenClaim.purpose_of_use, code: 'FAMRQT' }
    const parent = await scene.verifier.verify(
      scene.request(token({ purpose_of_use: purpose, on_behalf_of: represented })),
    )
    expect(parent).toMatchObject({ kind: 'citizen', purpose: 'FAMRQT', onBehalfOf: represented })
  })

  it('tells which machine client asks, and for which organisation', async () => {
    const scene = newScene(issuer, { accept: ['system'] })
    const claims = {
      sub: 'kilde-ingest-310000108',
      client_id: 'kilde-ingest-310000108',
      sid: undefined,
      name: undefined,
      'helseid://claims/identity/pid': undefined,
      'helseid://claims/identity/security_level': undefined,
      'helseid://claims/client/claims/orgnr_parent': '310000108',
      'nhn:tillitsrammeverk:parameters': undefined,
    }
    const caller = await scene.verifier.verify(scene.request(scene.token(claims)))
    expect(caller).toMatchObject({ kind: 'system', organization: '310000108' })
    expect(caller.subject).toBe('kilde-ingest-310000108')
  })

  it('reads the attest in both spellings, with and without urn:oid:', async () => {
    const scene = newScene(issuer)
    const { care_relationship: care, practitioner } = attest
    const text = JSON.stringify({ practitioner, care_relation: care }).replaceAll('urn:oid:', '')
    const token = scene.token({ 'nhn:tillitsrammeverk:parameters': JSON.parse(text) })
    const caller = await scene.verifier.verify(scene.request(token))
    expect(caller).toMatchObject({ kind: 'professional', purpose: 'TREAT' })
  })

  it('takes the time of the attest from toa, which may be older than the token', async () => {
    const scene = newScene(issuer)
    const token = scene.token({
      'nhn:tillitsrammeverk:parameters': { ...attest, toa: start - 1800 },
    })
    const caller = await scene.verifier.verify(scene.request(token))
    expect(caller).toMatchObject({ attest: { attestedAtMs: (start - 1800) * 1000 } })
  })

  it('accepts a token of type JWT, and an audience list with this service alone', async () => {
    const scene = newScene(issuer)
    for (const token of [
      scene.token({}, { typ: 'JWT' }),
      scene.token({ aud: ['kilde:gateway'] }),
    ]) {
      await expect(scene.verifier.verify(scene.request(token))).resolves.toMatchObject({ pid })
    }
  })

  it.each([
    'HTTPS://Gateway.EXAMPLE/graphql',
    'https://gateway.example:443/graphql',
    'https://gateway.example/x/../graphql',
    'https://gateway.example/./graphql',
    'https://gateway.example/graph%71l',
    'https://gateway.example/graph%71l?query=1#part',
  ])(
    'accepts the spelling %s of its own address, in the proof and in the configuration',
    async (spelling) => {
      const scene = newScene(issuer)
      const accessToken = scene.token()
      const dpop = scene.proof.sign({ method: 'POST', url: spelling, accessToken })
      const proofSpelled = scene.request(accessToken, { dpop })
      const ownSpelled = scene.request(accessToken, { url: spelling })
      await expect(scene.verifier.verify(proofSpelled)).resolves.toMatchObject({ pid })
      await expect(scene.verifier.verify(ownSpelled)).resolves.toMatchObject({ pid })
    },
  )

  it('needs every required scope, and no scope where the address leaves scopes to itself', async () => {
    const both = newScene(issuer, { requiredScope: [scope, 'kilde:gateway/more'] })
    const token = both.token({ scope: [scope, 'openid', 'kilde:gateway/more'] })
    await expect(both.verifier.verify(both.request(token))).resolves.toMatchObject({ pid })
    const none = newScene(issuer, { requiredScope: [] })
    await expect(
      none.verifier.verify(none.request(none.token({ scope: [] }))),
    ).resolves.toMatchObject({ pid })
  })

  it('accepts a body whose digest the proof names', async () => {
    const scene = newScene(issuer, { requireBodyDigest: true })
    const accessToken = scene.token()
    const body = Buffer.from('{"query":"{ a }"}')
    const dpop = scene.proof.sign({ method: 'POST', url, accessToken, body })
    await expect(
      scene.verifier.verify(scene.request(accessToken, { dpop, body })),
    ).resolves.toMatchObject({ pid })
  })

  it('checks the signature of a token once, and its proof every time', async () => {
    const own = await startIssuer()
    const scene = newScene(own)
    const accessToken = scene.token()
    await scene.verifier.verify(scene.request(accessToken))
    await own.stop()
    own.keys.length = 0
    await expect(scene.verifier.verify(scene.request(accessToken))).resolves.toMatchObject({ pid })
  })
})
