import { createHash, createHmac, createPrivateKey, randomUUID, sign } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  breakSignature,
  changeClaims,
  signAnew,
  signByPublicKey,
  unsign,
} from '../e2e/tokens/forge.js'
import { type Attack, type Claims, startAttack, type Target } from '../e2e/tokens/setting.js'
import { type Answered, refusalIn, signedPost } from '../kit/signed-post.js'

let attack: Attack
beforeAll(async () => {
  attack = await startAttack()
}, 180_000)
afterAll(() => attack.network.stop(), 60_000)

const services = [
  ['gateway', () => attack.gateway],
  ['node', () => attack.node],
] as const

type Part = Readonly<Record<string, unknown>>
type Change = (header: Part, payload: Part) => readonly [Part, Part]
const encode = (part: Part): string => Buffer.from(JSON.stringify(part)).toString('base64url')
const seconds = (): number => Math.floor(Date.now() / 1_000)
const digest = (text: string): string => createHash('sha256').update(text).digest('base64url')

/** A proof by hand: right but for what is changed before it is signed. */
function proofOf(
  { url, body }: Target,
  token: string,
  change: Change = (...parts) => parts,
): string {
  const { kty, crv, x, y } = attack.key as unknown as Record<string, string>
  const right = {
    jti: randomUUID(),
    htm: 'POST',
    htu: url,
    iat: seconds(),
    ath: digest(token),
    body_sha256: digest(body),
  }
  const [header, payload] = change(
    { typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } },
    right,
  )
  const input = `${encode(header)}.${encode(payload)}`
  const key = createPrivateKey({ key: attack.key as never, format: 'jwk' })
  const made =
    header['alg'] === 'HS256'
      ? createHmac('sha256', 'secret').update(input).digest()
      : sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' })
  return `${input}.${made.toString('base64url')}`
}

async function post(
  target: Target,
  dpop: string,
  token: string,
  headers: Part = {},
): Promise<Answered> {
  const { url, body } = target
  const all = { dpop, ...headers } as Record<string, string>
  return signedPost({ url, body, token, proof: attack.proof, headers: all })
}

const without =
  (part: 'header' | 'payload', name: string): Change =>
  (header, payload) => {
    const rest = (whole: Part): Part =>
      Object.fromEntries(Object.entries(whole).filter(([key]) => key !== name))
    return part === 'header' ? [rest(header), payload] : [header, rest(payload)]
  }
const changed =
  (header: Part, payload: Part = {}): Change =>
  (rightHeader, right) => [
    { ...rightHeader, ...header },
    { ...right, ...payload },
  ]

/** The invalid proofs that HelseID's test-token service makes. */
const invalidProofs: readonly (readonly [string, Change | 'BROKEN'])[] = [
  ['no htu', without('payload', 'htu')],
  ['no htm', without('payload', 'htm')],
  ['iat in the past', changed({}, { iat: 0 })],
  ['iat in the future', (header, payload) => [header, { ...payload, iat: seconds() + 60 }]],
  ['no ath', without('payload', 'ath')],
  ['no alg', without('header', 'alg')],
  ['no jwk', without('header', 'jwk')],
  ['no jti', without('payload', 'jti')],
  ['a symmetric algorithm', changed({ alg: 'HS256' })],
  ['a private key in jwk', (header, payload) => [{ ...header, jwk: attack.key }, payload]],
  ['another typ', changed({ typ: 'jwt' })],
  ['a broken signature', 'BROKEN'],
]

const invalidTokens: readonly (readonly [string, (genuine: Claims) => Claims])[] = [
  ['a token for another key', () => ({ cnf: { jkt: digest('another') } })],
  ['a token of another issuer', () => ({ iss: 'https://helseid.example' })],
  ['a token for another audience', () => ({ aud: 'kilde:registry' })],
  ['an expired token', () => ({ iat: seconds() - 700, nbf: seconds() - 700, exp: seconds() - 60 })],
]

describe.each(services)('At the %s', (_, targetOf) => {
  /** 401 with a challenge for DPoP; nothing is answered, and nobody is asked. */
  async function expectRefused(answer: Answered, before: number): Promise<void> {
    expect(answer.status).toBe(401)
    expect(String(answer.headers['www-authenticate'])).toMatch(/^DPoP /)
    expect(answer.text).not.toContain('"data"')
    expect(attack.requestsAtNodes()).toBeLessThanOrEqual(before + 1)
  }

  it('T1 a proof that is right is accepted', async () => {
    const target = targetOf()
    const token = await target.token()
    expect((await post(target, proofOf(target, token), token)).status).toBe(200)
  })

  it.each(invalidProofs)('T1 a proof with %s is refused', async (_name, change) => {
    const target = targetOf()
    const token = await target.token()
    const before = attack.requestsAtNodes()
    const dpop =
      change === 'BROKEN' ? breakSignature(proofOf(target, token)) : proofOf(target, token, change)
    await expectRefused(await post(target, dpop, token), before)
  })

  it.each(invalidTokens)('T1 %s is refused', async (_name, change) => {
    const target = targetOf()
    const token = await target.token(change)
    const before = attack.requestsAtNodes()
    await expectRefused(await post(target, proofOf(target, token), token), before)
  })

  it('T5 an id of a proof of more than 256 characters, or of 1 MB, is refused', async () => {
    const target = targetOf()
    const token = await target.token()
    for (const length of [257, 4_000, 1_000_000]) {
      const dpop = proofOf(target, token, changed({}, { jti: 'x'.repeat(length) }))
      const status = await post(target, dpop, token).then(
        (answer) => answer.status,
        () => 'cut off',
      )
      expect([400, 401, 431, 'cut off']).toContain(status)
    }
  })

  it('T6 a bound token as Bearer, and a token without a key, are refused', async () => {
    const target = targetOf()
    const token = await target.token()
    for (const authorization of [`Bearer ${token}`, `bearer ${token}`, `Basic ${token}`, token]) {
      expect((await post(target, proofOf(target, token), token, { authorization })).status).toBe(
        401,
      )
    }
    const unbound = await target.token(() => ({ cnf: undefined }))
    expect((await post(target, proofOf(target, unbound), unbound)).status).toBe(401)
  })

  it('T8 forty forged tokens: none is accepted', async () => {
    const target = targetOf()
    const token = await target.token()
    const header = (more: Part) => signAnew(token, () => more)
    const forged = [
      unsign(token),
      breakSignature(token),
      signByPublicKey(token, attack.issuerKey),
      signAnew(token),
      ...['sub', 'aud', 'scope', 'iss', 'exp', 'client_id', 'cnf', 'sid'].map((name) =>
        changeClaims(token, { [name]: 'other' }),
      ),
      ...[
        '../../etc/passwd',
        "' OR 1=1 --",
        'file:///dev/null',
        '\u0000',
        '__proto__',
        'constructor',
        'x'.repeat(5_000),
        '',
      ].map((kid) => header({ kid })),
      ...['jku', 'x5u', 'jwk', 'x5c', 'crit', 'b64', 'zip', 'enc'].map((name) =>
        header({ [name]: 'https://mine.example/keys' }),
      ),
      ...['none', 'NONE', 'nOnE', 'HS256', 'HS512', 'RS1', 'ES256K', 'EdDSA', ''].map((alg) =>
        header({ alg }),
      ),
      ...['JWE', 'dpop+jwt', 'id+jwt', ''].map((typ) => header({ typ })),
      token.split('.').slice(0, 2).join('.'),
      `${token}.x`,
      `.${token}`,
      token.toUpperCase(),
    ]
    expect(forged.length).toBeGreaterThanOrEqual(40)
    for (const one of forged) {
      const { status } = await post(target, proofOf(target, one), one)
      expect(status).toBe(401)
    }
  })

  it('T13 another body under a proof that was used is refused, a hundred times', async () => {
    const target = targetOf()
    const token = await target.token()
    const dpop = proofOf(target, token)
    expect((await post(target, dpop, token)).status).toBe(200)
    const other = { ...target, body: target.body.replace('valueText', 'status') }
    for (let count = 0; count < 100; count += 1) {
      const answer = await post(other, dpop, token)
      expect(answer.status).toBe(401)
    }
  })

  it('G5 whoever has no token is refused before anything of the document is read', async () => {
    const target = targetOf()
    const token = await target.token()
    for (const body of [
      '{',
      '{"query":"{ a"}',
      `{"query":"${'{a'.repeat(20_000)}"}`,
      'x'.repeat(60_000),
    ]) {
      const headers = { authorization: undefined, dpop: undefined }
      const answer = await signedPost({ ...target, body, token, proof: attack.proof, headers })
      expect(refusalIn(answer)).toMatchObject({ status: 401, code: 'TOKEN_MISSING' })
    }
  })
})
