import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createNonces, redisStore, serviceNonces, type TrustCode } from '../src/index.js'
import {
  base64url,
  jwt,
  newScene,
  pid,
  type Scene,
  start,
  startIssuer,
  type TestIssuer,
  url,
} from './issuer.js'
import { refusal } from './refusals.js'

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await startIssuer()
})
afterAll(() => issuer.stop())

/** The signer's proof taken apart, so that anything in it can be changed and signed again with the right key. */
function forged(scene: Scene, token: string, payload: object, header: object = {}): string {
  const [first = '', second = ''] = scene.proof
    .sign({ method: 'POST', url, accessToken: token })
    .split('.')
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
  return jwt({ ...read(first), ...header }, { ...read(second), ...payload }, scene.proofKey)
}

async function refused(payload: object, code: TrustCode, header: object = {}) {
  const scene = newScene(issuer)
  const token = scene.token()
  const dpop = forged(scene, token, payload, header)
  return refusal(scene.verifier.verify(scene.request(token, { dpop })), code)
}

const publicJwk = (key: KeyObject) => key.export({ format: 'jwk' })

describe('a DPoP proof is refused', () => {
  it('when there is none', async () => {
    const scene = newScene(issuer)
    for (const dpop of [undefined, '']) {
      const request = scene.request(scene.token(), { dpop })
      const error = await refusal(scene.verifier.verify(request), 'DPOP_PROOF_MISSING')
      expect(error.wwwAuthenticate).toContain('error="invalid_dpop_proof"')
    }
  })

  it('when there are two, as Node joins them', async () => {
    const scene = newScene(issuer)
    const token = scene.token()
    const one = () => scene.proof.sign({ method: 'POST', url, accessToken: token })
    for (const dpop of [`${one()}, ${one()}`, `${one()},${one()}`, `${one()} ${one()}`]) {
      await refusal(scene.verifier.verify(scene.request(token, { dpop })), 'DPOP_PROOF_INVALID')
    }
  })

  it('when it is not a JWT', async () => {
    const scene = newScene(issuer)
    const whole = scene.proof.sign({ method: 'POST', url, accessToken: scene.token() })
    for (const dpop of [
      'x',
      `${whole}.`,
      `${whole}=`,
      whole.replaceAll('.', '~'),
      'a'.repeat(9000),
    ]) {
      await refusal(
        scene.verifier.verify(scene.request(scene.token(), { dpop })),
        'DPOP_PROOF_INVALID',
      )
    }
  })

  it.each(['JWT', 'at+jwt', 'DPOP+JWT', '', undefined])('of type %j', async (typ) => {
    const error = await refused({}, 'DPOP_PROOF_INVALID', { typ })
    expect(error.caller).toMatchObject({ pid, possessionProven: false })
  })

  it.each(['none', 'HS256', 'RS256', 'EdDSA', 'ES384', '', undefined, 7, 'constructor'])(
    'with the algorithm %j',
    async (alg) => {
      await refused({}, 'DPOP_PROOF_INVALID', { alg })
    },
  )

  it('with a critical extension', async () => {
    await refused({}, 'DPOP_PROOF_INVALID', { crit: ['exp'] })
  })

  it('without a public key in its header, or with another than it is signed with', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const x = Buffer.alloc(32, 1).toString('base64url')
    const keys = [
      undefined,
      null,
      'key',
      {},
      { kty: 'EC', crv: 'P-256', x },
      { kty: 'EC', crv: 'P-256', x, y: x },
      { kty: 'EC', crv: 'P-256', x: 'x'.repeat(800), y: x },
      publicJwk(other.privateKey),
      { ...publicJwk(other.publicKey), k: 'c2VjcmV0' },
      { kty: 'oct', k: 'c2VjcmV0' },
      publicJwk(p384.publicKey),
      publicJwk(rsa.publicKey),
    ]
    for (const jwk of keys) await refused({}, 'DPOP_PROOF_INVALID', { jwk })
    await refused({}, 'DPOP_KEY_MISMATCH', { jwk: publicJwk(other.publicKey) })
  })

  it('with an RSA key that is too small, or whose exponent is a burden', async () => {
    const small = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const big = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const e = Buffer.alloc(200, 255).toString('base64url')
    const keys = [publicJwk(small.publicKey), { ...publicJwk(big.publicKey), e }]
    for (const jwk of keys) await refused({}, 'DPOP_PROOF_INVALID', { alg: 'PS256', jwk })
  })

  it.each(['GET', 'post', 'PUT', '', undefined, 7])('for the method %j', async (htm) => {
    await refused({ htm }, 'DPOP_PROOF_METHOD')
  })

  it.each([
    'https://gateway.example/graphql/',
    'https://gateway.example/',
    'https://gateway.example/GraphQL',
    'https://gateway.example:444/graphql',
    'http://gateway.example/graphql',
    'https://gateway.example.evil/graphql',
    'https://evil.example/graphql',
    'https://gateway.example/graphql%2F',
    'https://gateway.example/graphql/..',
    'https://gateway.example//graphql',
    'https://someone@gateway.example/graphql',
    'ftp://gateway.example/graphql',
    '//gateway.example/graphql',
    '/graphql',
    'graphql',
    '',
    undefined,
    null,
    ['https://gateway.example/graphql'],
  ])('for the address %j', async (htu) => {
    await refused({ htu }, 'DPOP_PROOF_URL')
  })

  it.each([-7, -6.001, 6.001, 7, 3600, -3600])('made %d seconds from now', async (seconds) => {
    const error = await refused({ iat: start + seconds }, 'DPOP_PROOF_EXPIRED')
    expect(error.caller?.possessionProven).toBe(false)
  })

  it.each([-6, -5, -1, 0, 1, 5, 6])('but not when made %d seconds from now', async (seconds) => {
    const scene = newScene(issuer)
    const token = scene.token()
    const dpop = forged(scene, token, { iat: start + seconds })
    await expect(scene.verifier.verify(scene.request(token, { dpop }))).resolves.toMatchObject({
      pid,
    })
  })

  it('within a smaller window where the service says so', async () => {
    const scene = newScene(issuer, { clockSkewSeconds: 0 })
    const token = scene.token()
    const verify = (iat: number) =>
      scene.verifier.verify(scene.request(token, { dpop: forged(scene, token, { iat }) }))
    await expect(verify(start - 1)).resolves.toMatchObject({ pid })
    await refusal(verify(start - 1.001), 'DPOP_PROOF_EXPIRED')
  })

  it.each([undefined, '1794000000', null, true])('with the time %j', async (iat) => {
    await refused({ iat }, 'DPOP_PROOF_INVALID')
  })

  it.each([undefined, '', 7, 'x'.repeat(257), 'x'.repeat(7000)])('with the jti %j', async (jti) => {
    await refused({ jti }, 'DPOP_PROOF_INVALID')
  })

  it('for another token', async () => {
    const other = createHash('sha256').update('another token').digest('base64url')
    for (const ath of [undefined, '', other, 7]) await refused({ ath }, 'DPOP_PROOF_INVALID')
  })

  it('when the token is bound to another key, or to none', async () => {
    const scene = newScene(issuer)
    for (const cnf of [{ jkt: 'x'.repeat(43) }, {}, undefined]) {
      const token = scene.token({ cnf })
      const error = await refusal(scene.verifier.verify(scene.request(token)), 'DPOP_KEY_MISMATCH')
      expect(error.wwwAuthenticate).toContain('error="invalid_token"')
      expect(error.caller).toMatchObject({ pid, possessionProven: false })
    }
  })

  it('when its signature is not of its key', async () => {
    const scene = newScene(issuer)
    const token = scene.token()
    const [header, payload] = scene.proof
      .sign({ method: 'POST', url, accessToken: token })
      .split('.')
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    const input = `${header}.${payload}`
    const signatures = [
      sign('sha256', Buffer.from(input), { key: other, dsaEncoding: 'ieee-p1363' }),
      sign('sha256', Buffer.from(input), { key: scene.proofKey, dsaEncoding: 'der' }),
      Buffer.alloc(64),
    ]
    for (const signature of signatures) {
      const dpop = `${input}.${signature.toString('base64url')}`
      await refusal(scene.verifier.verify(scene.request(token, { dpop })), 'DPOP_PROOF_INVALID')
    }
  })

  it('when a single byte of it was altered, wherever it is', async () => {
    const scene = newScene(issuer)
    const token = scene.token()
    const dpop = scene.proof.sign({
      method: 'POST',
      url,
      accessToken: token,
      body: Buffer.from('b'),
    })
    let refusals = 0
    for (let at = 0; at < dpop.length; at += 1) {
      const altered = dpop.slice(0, at) + (dpop[at] === 'A' ? 'B' : 'A') + dpop.slice(at + 1)
      const request = scene.request(token, { dpop: altered, body: Buffer.from('b') })
      await scene.verifier.verify(request).catch(() => {
        refusals += 1
      })
    }
    expect(refusals).toBe(dpop.length)
    // None of them spent the proof: the unaltered one still works.
    const request = scene.request(token, { dpop, body: Buffer.from('b') })
    await expect(scene.verifier.verify(request)).resolves.toMatchObject({ pid })
  })

  it('for another body than the one it names, and without a digest where one is needed', async () => {
    const body = Buffer.from('{"query":"{ mine }"}')
    const scene = newScene(issuer, { requireBodyDigest: true })
    const token = scene.token()
    const named = () => scene.proof.sign({ method: 'POST', url, accessToken: token, body })
    for (const other of [Buffer.from('{"query":"{ theirs }"}'), Buffer.alloc(0), undefined]) {
      const request = { ...scene.request(token, { dpop: named() }), ...(other && { body: other }) }
      await refusal(scene.verifier.verify(request), 'DPOP_BODY_DIGEST')
    }
    await refusal(scene.verifier.verify(scene.request(token, { body })), 'DPOP_BODY_DIGEST')
    const lenient = newScene(issuer)
    const lenientToken = lenient.token()
    const dpop = lenient.proof.sign({ method: 'POST', url, accessToken: lenientToken, body })
    const request = lenient.request(lenientToken, { dpop, body: Buffer.from('other') })
    await refusal(lenient.verifier.verify(request), 'DPOP_BODY_DIGEST')
  })

  it('at its second use', async () => {
    const scene = newScene(issuer)
    const request = scene.request(scene.token())
    await scene.verifier.verify(request)
    const error = await refusal(scene.verifier.verify(request), 'DPOP_PROOF_REPLAYED')
    expect(error.caller).toMatchObject({ pid, possessionProven: false })
    scene.moveBy(6_000)
    await refusal(scene.verifier.verify(request), 'DPOP_PROOF_REPLAYED')
    scene.moveBy(1)
    await refusal(scene.verifier.verify(request), 'DPOP_PROOF_EXPIRED')
  })

  it('all but once when used 100 times at the same moment', async () => {
    for (let round = 0; round < 20; round += 1) {
      const scene = newScene(issuer)
      const request = scene.request(scene.token())
      const uses = Array.from({ length: 100 }, () => scene.verifier.verify(request))
      const outcomes = await Promise.allSettled(uses)
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    }
  })

  it('also where the first was refused for what the token allows: a copy is never taken for the holder', async () => {
    const scene = newScene(issuer, { requiredScope: 'kilde:gateway/other' })
    const request = scene.request(scene.token())
    const first = await refusal(scene.verifier.verify(request), 'TOKEN_SCOPE')
    expect(first.caller?.possessionProven).toBe(true)
    const copy = await refusal(scene.verifier.verify(request), 'DPOP_PROOF_REPLAYED')
    expect(copy.caller?.possessionProven).toBe(false)
  })

  it('without the nonce that the service wants, and then says which', async () => {
    const now = () => start * 1000
    const nonces = createNonces({ now })
    const scene = newScene(issuer, { nonces })
    const token = scene.token()
    const signed = (nonce?: string) =>
      scene.proof.sign({ method: 'POST', url, accessToken: token, ...(nonce && { nonce }) })
    const others = [undefined, 'x', createNonces({ now }).current()]
    for (const nonce of others) {
      const request = scene.request(token, { dpop: signed(nonce) })
      const error = await refusal(scene.verifier.verify(request), 'DPOP_NONCE_NEEDED')
      expect(error.wwwAuthenticate).toContain('error="use_dpop_nonce"')
    }
    const right = scene.request(token, { dpop: signed(nonces.current()) })
    await expect(scene.verifier.verify(right)).resolves.toMatchObject({ pid })
    await refusal(scene.verifier.verify(right), 'DPOP_PROOF_REPLAYED')
  })

  it('that was made before a process without a memory of that time began, unless it knows the process', async () => {
    const now = () => (start + 3) * 1000
    const nonces = serviceNonces({ wanted: false, now, startedAtMs: start * 1000 + 500 })
    const scene = newScene(issuer, { ...(nonces && { nonces }) })
    scene.moveBy(3_000)
    const token = scene.token()
    const verify = (iat: number, nonce?: string) =>
      scene.verifier.verify(scene.request(token, { dpop: forged(scene, token, { iat, nonce }) }))
    // The second in which the process began may have been before it.
    for (const iat of [start - 1, start]) {
      const error = await refusal(verify(iat), 'DPOP_NONCE_NEEDED')
      expect(error.wwwAuthenticate).toContain('error="use_dpop_nonce"')
      await refusal(verify(iat, 'of another process'), 'DPOP_NONCE_NEEDED')
      await expect(verify(iat, nonces?.current())).resolves.toMatchObject({ pid })
    }
    await expect(verify(start + 1)).resolves.toMatchObject({ pid })
  })

  it('for want of a nonce only where the service remembers too little, or says so', () => {
    const now = () => start * 1000
    const shared = Buffer.alloc(32, 1)
    expect(serviceNonces({ wanted: false, shared, now })).toBeUndefined()
    const [one, other] = [1, 2].map(() => serviceNonces({ wanted: true, shared, now }))
    expect(one?.accepts(other?.current())).toBe(true)
    expect([one?.isNeeded(start * 1000), one?.told]).toEqual([true, 'ALWAYS'])
    const alone = serviceNonces({ wanted: true, now })
    expect(alone?.accepts(serviceNonces({ wanted: true, now })?.current())).toBe(false)
    const off = serviceNonces({ wanted: false, now })
    expect([
      off?.isNeeded(start * 1000),
      off?.isNeeded((start - 86_400) * 1000),
      off?.told,
    ]).toEqual([false, true, 'WHERE_NEEDED'])
  })

  it('with a nonce that is more than two minutes old, or not yet given', async () => {
    const [secret, startMs] = [Buffer.alloc(32, 1), Math.ceil(start / 60) * 60_000]
    const at = (ms: number) => createNonces({ secret, now: () => startMs + ms })
    const given = at(0).current()
    expect([0, 59_999, 60_000, 119_999].map((ms) => at(ms).accepts(given))).not.toContain(false)
    expect([-1, 120_000].map((ms) => at(ms).accepts(given))).toEqual([false, false])
    // Replicas with one secret know each other's; other processes do not.
    expect(createNonces({ now: () => startMs }).accepts(given)).toBe(false)
  })

  it('that took longer than the service gives it', async () => {
    const scene = newScene(issuer, { clockSkewSeconds: 0, proofLifeSeconds: 10 })
    const token = scene.token()
    const verify = (iat: number) =>
      scene.verifier.verify(scene.request(token, { dpop: forged(scene, token, { iat }) }))
    await expect(verify(start - 10)).resolves.toMatchObject({ pid })
    await refusal(verify(start - 11), 'DPOP_PROOF_EXPIRED')
  })

  it('when it cannot be found out whether it was used: nothing is accepted unrecorded', async () => {
    const gone = () => Promise.reject(new Error('gone'))
    const replay = redisStore({ set: gone, eval: gone }, 'test')
    const scene = newScene(issuer, { replay })
    const error = await refusal(
      scene.verifier.verify(scene.request(scene.token())),
      'REPLAY_STORE_UNAVAILABLE',
    )
    expect(error.caller).toMatchObject({ pid, possessionProven: false })
    expect(error.wwwAuthenticate).toBeUndefined()
  })

  it('with the address of the metadata that say what is needed', async () => {
    const resourceMetadata = 'https://gateway.example/.well-known/oauth-protected-resource/graphql'
    const scene = newScene(issuer, { resourceMetadata })
    const nobody = await refusal(
      scene.verifier.verify({ ...scene.request(''), authorization: undefined }),
      'TOKEN_MISSING',
    )
    expect(nobody.wwwAuthenticate).toContain(`resource_metadata="${resourceMetadata}"`)
    const token = scene.token({ 'nhn:tillitsrammeverk:parameters': undefined })
    const bare = await refusal(scene.verifier.verify(scene.request(token)), 'ATTEST_MISSING')
    expect(bare.wwwAuthenticate).toBe(
      `DPoP error="insufficient_authorization_details", resource_metadata="${resourceMetadata}", algs="ES256 ES384 ES512 PS256 PS384 PS512"`,
    )
  })

  it('accepts RSA-PSS keys of 2048 bits', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const { n, e } = publicKey.export({ format: 'jwk' })
    const jkt = createHash('sha256')
      .update(JSON.stringify({ e, kty: 'RSA', n }))
      .digest('base64url')
    const scene = newScene(issuer)
    const token = scene.token({ cnf: { jkt } })
    const ath = createHash('sha256').update(token).digest('base64url')
    const header = base64url({ typ: 'dpop+jwt', alg: 'PS256', jwk: { kty: 'RSA', n, e } })
    const payload = base64url({ htm: 'POST', htu: url, iat: start, jti: randomUUID(), ath })
    const signature = sign('sha256', Buffer.from(`${header}.${payload}`), {
      key: privateKey,
      padding: 6,
      saltLength: 32,
    })
    const dpop = `${header}.${payload}.${signature.toString('base64url')}`
    await expect(scene.verifier.verify(scene.request(token, { dpop }))).resolves.toMatchObject({
      pid,
    })
  })
})
