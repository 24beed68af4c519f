import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { TrustCode } from '../src/index.js'
import {
  base64url,
  citizenClaim,
  jwt,
  newKey,
  newScene,
  pid,
  scope,
  start,
  startIssuer,
  type TestIssuer,
} from './issuer.js'
import { refusal } from './refusals.js'

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await startIssuer()
})
afterAll(() => issuer.stop())

const nobody = {
  'helseid://claims/identity/pid': undefined,
  'helseid://claims/identity/security_level': undefined,
  'nhn:tillitsrammeverk:parameters': undefined,
}

async function refused(change: object, code: TrustCode, header: object = {}) {
  const scene = newScene(issuer)
  const token = scene.token({ ...change }, { ...header })
  return refusal(scene.verifier.verify(scene.request(token)), code)
}

describe('a token is refused', () => {
  it('when there is none', async () => {
    const scene = newScene(issuer)
    const verify = (authorization: string | undefined) =>
      scene.verifier.verify(scene.request('', { authorization }))
    for (const header of [undefined, '', 'DPoP', 'DPoP  ']) {
      const error = await refusal(verify(header), 'TOKEN_MISSING')
      expect(error.wwwAuthenticate).toBe('DPoP algs="ES256 ES384 ES512 PS256 PS384 PS512"')
    }
  })

  it('as Bearer, also with a good proof beside it', async () => {
    const scene = newScene(issuer)
    for (const scheme of ['Bearer', 'bearer', 'Basic']) {
      const request = scene.request(scene.token(), { authorization: `${scheme} ${scene.token()}` })
      const error = await refusal(scene.verifier.verify(request), 'BEARER_NOT_ACCEPTED')
      expect(error.wwwAuthenticate).toContain('error="invalid_token"')
    }
  })

  it('when it is not a JWT', async () => {
    const scene = newScene(issuer)
    const whole = scene.token()
    const malformed = [
      'x',
      `${whole}.`,
      `${whole}.x`,
      whole.slice(0, whole.lastIndexOf('.')),
      `${whole}=`,
      ` ${whole} , ${whole}`,
      `${base64url('[]')}.${base64url('{}')}.AA`,
      `${base64url('{}')}.${base64url('nonsense')}.AA`,
      'a'.repeat(20_000),
    ]
    for (const token of malformed) {
      await refusal(scene.verifier.verify(scene.request(token)), 'TOKEN_MALFORMED')
    }
  })

  it.each(['dpop+jwt', 'id+jwt', '', undefined, 7])('when its type is %j', async (typ) => {
    await refused({}, 'TOKEN_MALFORMED', { typ })
  })

  it.each([
    ['scope as one string', { scope: scope }],
    ['no scope', { scope: undefined }],
    ['a scope that is no string', { scope: [7] }],
    ['no client', { client_id: undefined }],
    ['no time of issue', { iat: undefined }],
    ['an expiry that is no number', { exp: '1794000600' }],
    ['no audience', { aud: undefined }],
    ['a pid of 10 digits', { 'helseid://claims/identity/pid': '1283753128' }],
    [
      'an organisation number that is a number',
      { 'helseid://claims/client/claims/orgnr_parent': 310000302 },
    ],
    ['security level 5', { 'helseid://claims/identity/security_level': '5' }],
    ['a user without pid', { 'helseid://claims/identity/pid': undefined }],
    ['a user without security level', { 'helseid://claims/identity/security_level': undefined }],
    ['an attest and a citizen claim at once', { 'kilde:citizen': citizenClaim }],
  ])('with %s', async (_name, change) => {
    await refused(change, 'TOKEN_MALFORMED')
  })

  it.each([
    [
      'a purpose of health personnel',
      { purpose_of_use: { ...citizenClaim.purpose_of_use, code: 'TREAT' } },
    ],
    ['a purpose of another code system', { purpose_of_use: { code: 'PATRQT', system: '1.2.3' } }],
    [
      'nobody represented by a parent',
      { purpose_of_use: { ...citizenClaim.purpose_of_use, code: 'FAMRQT' } },
    ],
    ['somebody represented by oneself', { ...citizenClaim, on_behalf_of: pid }],
    ['no content', null],
  ])('with a citizen claim that has %s', async (_name, citizen) => {
    const change = { 'nhn:tillitsrammeverk:parameters': undefined, 'kilde:citizen': citizen }
    await refused(change, 'TOKEN_MALFORMED')
  })

  it('when its signature is of another key, although the key id is right', async () => {
    const scene = newScene(issuer)
    const other = newKey('k1')
    const [header, payload] = scene.token().split('.')
    const token = jwt(
      JSON.parse(Buffer.from(header ?? '', 'base64url').toString()),
      JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()),
      other.privateKey,
    )
    await refusal(scene.verifier.verify(scene.request(token)), 'TOKEN_SIGNATURE')
  })

  it.each([
    ['none', { alg: 'none' }],
    ['HS256', { alg: 'HS256' }],
    ['ES512', { alg: 'ES512' }],
    ['RS256 over a key of the curve P-256', { alg: 'RS256' }],
    ['an algorithm that is no text', { alg: ['ES256'] }],
    ['no key id', { kid: undefined }],
    ['a path as key id', { kid: '../../etc/passwd' }],
    ['SQL as key id', { kid: "k1' OR '1'='1" }],
    ['a critical extension', { crit: ['b64'], b64: true }],
  ])('with %s in its header', async (_name, header) => {
    await refused({}, 'TOKEN_SIGNATURE', header)
  })

  it('when its header brings a key of its own', async () => {
    const scene = newScene(issuer)
    const own = newKey('own')
    const payload = JSON.parse(
      Buffer.from(scene.token().split('.')[1] ?? '', 'base64url').toString(),
    )
    const headers = [
      { kid: 'own', jwk: own.publicJwk },
      { kid: 'own', jku: 'http://127.0.0.1:9/jwks' },
      { kid: 'own', x5u: 'http://127.0.0.1:9/cert' },
      { kid: 'k1', jwk: own.publicJwk },
    ]
    for (const header of headers) {
      const token = jwt({ alg: 'ES256', typ: 'at+jwt', ...header }, payload, own.privateKey)
      await refusal(scene.verifier.verify(scene.request(token)), 'TOKEN_SIGNATURE')
    }
  })

  it('when it has expired, by more than the clocks may differ', async () => {
    const scene = newScene(issuer)
    const token = scene.token()
    scene.moveBy(604_999)
    await expect(scene.verifier.verify(scene.request(token))).resolves.toMatchObject({ pid })
    scene.moveBy(1)
    await refusal(scene.verifier.verify(scene.request(token)), 'TOKEN_EXPIRED')
    const fresh = newScene(issuer)
    await refusal(
      fresh.verifier.verify(fresh.request(fresh.token({ exp: start - 5 }))),
      'TOKEN_EXPIRED',
    )
  })

  it.each([{ nbf: start + 6 }, { iat: start + 6, nbf: undefined }, { iat: start + 6 }])(
    'when it is not valid yet: %j',
    async (change) => {
      await refused(change, 'TOKEN_NOT_YET_VALID')
    },
  )

  it.each(['https://helseid-sts.nhn.no', 'http://127.0.0.1', ''])(
    'of the issuer %j',
    async (iss) => {
      await refused({ iss }, iss === '' ? 'TOKEN_MALFORMED' : 'TOKEN_ISSUER')
      await refused({ iss: `${issuer.issuer}/` }, 'TOKEN_ISSUER')
    },
  )

  it.each([
    'kilde:organization:310000108',
    'kilde:gateway/',
    ['kilde:gateway', 'kilde:registry'],
    ['kilde:registry'],
    [],
  ])('for the audience %j', async (aud) => {
    const error = await refused({ aud }, 'TOKEN_AUDIENCE')
    expect(error.caller).toBeUndefined()
  })

  it('of one organisation at every other: 20 tokens at 20 organisations', async () => {
    const numbers = Array.from(
      { length: 20 },
      (_, index) => `kilde:organization:${310000000 + index}`,
    )
    for (const audience of numbers) {
      const scene = newScene(issuer, { audience })
      const outcomes = await Promise.allSettled(
        numbers.map((aud) => scene.verifier.verify(scene.request(scene.token({ aud })))),
      )
      const accepted = numbers.filter((_, index) => outcomes[index]?.status === 'fulfilled')
      expect(accepted).toEqual([audience])
    }
  })

  it('without the scope of the address, which the challenge names', async () => {
    const error = await refused({ scope: ['openid'] }, 'TOKEN_SCOPE')
    expect(error.wwwAuthenticate).toContain(`error="insufficient_scope", scope="${scope}"`)
    expect(error.caller).toMatchObject({ pid, possessionProven: true, organization: '310000302' })
  })

  it.each(['1', '2', '3'])('with security level %s', async (level) => {
    const error = await refused(
      { 'helseid://claims/identity/security_level': level },
      'SECURITY_LEVEL_TOO_LOW',
    )
    expect(error.wwwAuthenticate).toContain('error="insufficient_user_authentication"')
    expect(error.caller).toMatchObject({
      subject: 'user-1',
      clientId: 'ehr',
      possessionProven: true,
    })
  })

  it('of a machine client where people are expected, and of a person where machines are', async () => {
    const machine = { ...nobody, sub: 'ehr' }
    const error = await refused(machine, 'USER_REQUIRED')
    expect(error.wwwAuthenticate).toBeUndefined()
    expect(error.caller).toMatchObject({ clientId: 'ehr' })
    const scene = newScene(issuer, { accept: ['system'] })
    await refusal(scene.verifier.verify(scene.request(scene.token())), 'CALLER_KIND_NOT_ACCEPTED')
  })

  it('of a user from whom every personal claim is missing: it does not pass as a machine client', async () => {
    const scene = newScene(issuer, { accept: ['system'] })
    await refusal(
      scene.verifier.verify(scene.request(scene.token(nobody))),
      'CALLER_KIND_NOT_ACCEPTED',
    )
  })

  it('when a single byte of it was altered, wherever it is', async () => {
    const scene = newScene(issuer, { requiredScope: [] })
    const token = scene.token()
    let refusals = 0
    for (let at = 0; at < token.length; at += 1) {
      const altered = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
      await scene.verifier.verify(scene.request(altered)).catch(() => {
        refusals += 1
      })
    }
    expect(refusals).toBe(token.length)
  })

  it('signed with a key that is published for another algorithm', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    expect(privateKey.type).toBe('private')
    const own = await startIssuer()
    own.keys.push({
      kid: 'rsa',
      privateKey,
      publicJwk: {
        kty: 'RSA',
        ...publicKey.export({ format: 'jwk' }),
        kid: 'rsa',
        alg: 'PS256',
        use: 'sig',
      },
    })
    const scene = newScene(own)
    await refusal(
      scene.verifier.verify(scene.request(scene.token({}, { kid: 'rsa', alg: 'RS256' }))),
      'TOKEN_SIGNATURE',
    )
    await own.stop()
  })
})
