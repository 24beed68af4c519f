import { generateKeyPairSync, sign } from 'node:crypto'
import { beforeEach, describe, expect, it } from '@jest/globals'
import {
  checkContext,
  contextOf,
  createAllowances,
  createPageSigner,
  createRequesterEvidence,
  isGenuinePage,
  operationDigest,
} from '../src/context/index.js'
import {
  type Citizen,
  createProofSigner,
  fixedJwks,
  generateKey,
  memoryTallyStore,
  publicPart,
} from '../src/index.js'

const ISSUER = 'https://identity.test'
const GATEWAY = 'kilde:gateway'
const PID = '14857399999'
const now = Date.parse('2026-11-22T12:00:00Z')

const issuer = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwk = { ...issuer.publicKey.export({ format: 'jwk' }), kty: 'EC', kid: 'k1', alg: 'ES256' }
const keyPair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const requesterKey = keyPair()
const proof = createProofSigner(requesterKey, { now: () => now })

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

function jws(header: object, payload: object, key = issuer.privateKey): string {
  const input = `${encode(header)}.${encode(payload)}`
  const signed = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signed.toString('base64url')}`
}

const seconds = Math.floor(now / 1000)
const citizen = (purpose = 'PATRQT') => ({
  purpose_of_use: { code: purpose, system: 'urn:oid:2.16.840.1.113883.1.11.20448' },
})

/** The requester's own token, for the gateway. */
const tokenWith = (claims: object = {}): string =>
  jws(
    { alg: 'ES256', typ: 'at+jwt', kid: 'k1' },
    {
      ...{ iss: ISSUER, aud: GATEWAY, iat: seconds, nbf: seconds, exp: seconds + 300 },
      ...{ sub: 's-1', client_id: 'front-end', scope: ['kilde:gateway/read'] },
      cnf: { jkt: proof.jkt },
      'helseid://claims/identity/pid': PID,
      'helseid://claims/identity/security_level': '4',
      'kilde:citizen': citizen(),
      ...claims,
    },
  )

/** Whom the node has verified: the same person, by the token that the gateway exchanged. */
const caller: Citizen = {
  kind: 'citizen',
  subject: 's-1',
  clientId: 'kilde-gateway',
  scopes: ['kilde:organization/read'],
  jkt: 'of the gateway',
  tokenHash: 'of the exchanged token',
  expiresAtMs: now + 300_000,
  actor: 'kilde-gateway',
  pid: PID,
  securityLevel: 4,
  purpose: 'PATRQT',
}

const body = JSON.stringify({ query: '{ patient { id } }', variables: { identifier: 'x' } })
const token = tokenWith()
const signature = proof.signRequest({ body: Buffer.from(body), accessToken: token })

let clock = now
const evidence = createRequesterEvidence({
  issuer: ISSUER,
  gatewayAudience: GATEWAY,
  keys: fixedJwks({ keys: [jwk] }),
  now: () => clock,
  clockSkewMs: 5_000,
})

const refused = (code: string) => ({ code, name: 'ContextError' })

describe('a request that its requester signed', () => {
  beforeEach(() => {
    clock = now
  })

  it('holds by the key of the requester’s own token, and lives 60 seconds', async () => {
    const held = await evidence.check({ signature, token, body }, caller)
    expect(held).toMatchObject({ jkt: proof.jkt, untilMs: now + 70_000 })
    clock = now + 64_000
    await expect(evidence.check({ signature, token, body }, caller)).resolves.toEqual(held)
    clock = now + 66_000
    await expect(evidence.check({ signature, token, body }, caller)).rejects.toMatchObject(
      refused('REQUEST_SIGNATURE_EXPIRED'),
    )
    clock = now - 7_000
    await expect(evidence.check({ signature, token, body }, caller)).rejects.toMatchObject({
      code: 'REQUESTER_EVIDENCE_INVALID',
    })
  })

  it.each<readonly [string, () => string]>([
    ['nothing', () => ''],
    ['words', () => 'signed by me'],
    ['a DPoP proof', () => proof.sign({ method: 'POST', url: 'https://x', accessToken: token })],
    ['an access token', () => token],
    ['too long a text', () => `${signature}${'A'.repeat(5_000)}`],
    ['without claims', () => jws({ typ: 'kilde-request+jwt', alg: 'ES256' }, {}, requesterKey)],
  ])('is refused as malformed where the signature is %s', async (_, make) => {
    const check = evidence.check({ signature: make(), token, body }, caller)
    await expect(check).rejects.toMatchObject(refused('REQUEST_SIGNATURE_MALFORMED'))
  })

  const other = createProofSigner(keyPair(), { now: () => now })
  it.each<readonly [string, () => { signature: string; body: string }]>([
    ['another body', () => ({ signature, body: body.replace('x', 'y') })],
    [
      'another key',
      () => ({
        body,
        signature: other.signRequest({ body: Buffer.from(body), accessToken: token }),
      }),
    ],
    [
      'another token of the same key',
      () => ({
        body,
        signature: proof.signRequest({
          body: Buffer.from(body),
          accessToken: tokenWith({ sid: 'another' }),
        }),
      }),
    ],
    ['altered claims', () => ({ body, signature: altered(signature) })],
  ])('is refused where it was made with %s', async (_, make) => {
    const check = evidence.check({ token, ...make() }, caller)
    await expect(check).rejects.toMatchObject(refused('REQUEST_SIGNATURE_INVALID'))
  })

  it.each<readonly [string, object]>([
    ['is of another issuer', { iss: 'https://evil.test' }],
    ['is for another audience', { aud: 'kilde:organization:310000108' }],
    ['has expired', { exp: seconds - 60 }],
    ['is bound to no key', { cnf: {} }],
    ['is somebody else’s', { 'helseid://claims/identity/pid': '01857099999' }],
    ['states another purpose', { 'kilde:citizen': citizen('FAMRQT') }],
    ['is a machine’s', { 'helseid://claims/identity/pid': undefined, 'kilde:citizen': undefined }],
  ])('is refused where the token that is shown %s', async (_, claims) => {
    const shown = tokenWith(claims)
    const made = proof.signRequest({ body: Buffer.from(body), accessToken: shown })
    const check = evidence.check({ signature: made, token: shown, body }, caller)
    await expect(check).rejects.toMatchObject(refused('REQUESTER_EVIDENCE_INVALID'))
  })

  it('is refused where the token was signed by nobody that is known', async () => {
    const [head = '', payload = ''] = token.split('.')
    const forged = `${head}.${payload}.${Buffer.alloc(64, 1).toString('base64url')}`
    const made = proof.signRequest({ body: Buffer.from(body), accessToken: forged })
    const check = evidence.check({ signature: made, token: forged, body }, caller)
    await expect(check).rejects.toMatchObject(refused('REQUESTER_EVIDENCE_INVALID'))
  })
})

/** The same signature under a later `iat`. */
function altered(text: string): string {
  const [head = '', payload = '', end = ''] = text.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { iat: number }
  return [head, encode({ ...claims, iat: claims.iat + 1 }), end].join('.')
}

describe('what a signature allows', () => {
  const held = { jti: 'one', jkt: 'key', issuedAtMs: now, untilMs: now + 60_000 }
  const rows = (count: number) => new Map([['list', count]])
  const store = memoryTallyStore({ now: () => now })
  const allowancesOf = (organization: string) =>
    createAllowances({ organization, store, now: () => now })
  const used = { code: 'REQUEST_SIGNATURE_REPLAYED', name: 'ContextError' }

  it('is so many rows over all rounds, and nothing after that', async () => {
    const allowances = allowancesOf('310000108')
    await allowances(held).take(rows(20), rows(50))
    const later = allowances(held)
    await later.take(rows(30), rows(50))
    await expect(later.take(rows(1), rows(50))).rejects.toMatchObject(used)
  })

  it('is the same for all processes that share the store', async () => {
    const another = allowancesOf('310000108')
    await expect(another(held).take(rows(1), rows(50))).rejects.toMatchObject(used)
  })

  it('is each organisation’s own, also where two share a store', async () => {
    await expect(allowancesOf('310000205')(held).take(rows(50), rows(50))).resolves.toBeUndefined()
  })

  it('is taken as a whole or not at all', async () => {
    const allowance = allowancesOf('310000302')(held)
    const most = new Map([
      ['a', 5],
      ['b', 5],
    ])
    await expect(allowance.take(new Map([...most, ['b', 6]]), most)).rejects.toMatchObject(used)
    await expect(allowance.take(new Map([['a', 5]]), most)).resolves.toBeUndefined()
  })

  it('is nothing where what was asked for before is forgotten, and all that was signed after', async () => {
    const restarted = (remembersFromMs: number) =>
      createAllowances({
        ...{ organization: '310000604', remembersFromMs, now: () => now },
        store: memoryTallyStore({ now: () => now }),
      })(held).take(rows(1), rows(1))
    await expect(restarted(now + 1)).rejects.toMatchObject({ code: 'REQUEST_SIGNATURE_EXPIRED' })
    await expect(restarted(now)).resolves.toBeUndefined()
  })

  it('is nothing for what was not signed, and nothing where it cannot be counted', async () => {
    const allowance = allowancesOf('310000507')(held)
    await expect(allowance.take(rows(1), new Map())).rejects.toMatchObject(used)
    const full = memoryTallyStore({ capacity: 0, now: () => now })
    const uncounted = createAllowances({ organization: '310000507', store: full, now: () => now })
    await expect(uncounted(held).take(rows(1), rows(1))).rejects.toMatchObject({
      code: 'REPLAY_STORE_FULL',
    })
  })
})

describe('a context that the gateway signs', () => {
  const facts = { caller, patient: 'digest', query: '{ patient }' }
  const good = {
    ...contextOf(caller),
    patient: 'digest',
    operation: operationDigest('{ patient }'),
  }

  it('must be that of token and question', () => {
    expect(() => checkContext(good, facts)).not.toThrow()
  })

  it.each(['requester', 'patient', 'purpose', 'operation'] as const)(
    'is refused without %s where the token was exchanged, and with another one from anybody',
    (name) => {
      const { [name]: _, ...without } = good
      const own = { ...facts, caller: { ...caller, actor: undefined } as unknown as Citizen }
      const forged = { ...good, [name]: 'another' }
      expect(() => checkContext(without, facts)).toThrow(
        expect.objectContaining({ code: 'CONTEXT_MISSING' }),
      )
      expect(() => checkContext(without, own)).not.toThrow()
      for (const each of [facts, own]) {
        expect(() => checkContext(forged, each)).toThrow(
          expect.objectContaining({ code: 'CONTEXT_MISMATCH' }),
        )
      }
    },
  )

  it('has no decision reference where the token has none', () => {
    expect(() => checkContext({ ...good, decisionRef: 'd-1' }, facts)).toThrow(
      expect.objectContaining({ code: 'CONTEXT_MISMATCH' }),
    )
  })
})

describe('a source’s signature over its answer', () => {
  const page = Buffer.from('{"data":{"patient":{}}}')

  it('tells that this very answer was given to this very request by that organisation', async () => {
    const key = await generateKey()
    const signPage = createPageSigner('310000108', key, () => now)
    const given = {
      organization: '310000108',
      page,
      signature: signPage(page, 'req-1'),
      requestId: 'req-1',
    }
    const keys = [publicPart(await generateKey()), publicPart(key)]
    expect(isGenuinePage(given, keys)).toBe(true)
    expect(isGenuinePage({ ...given, page: Buffer.from('{"data":{}}') }, keys)).toBe(false)
    expect(isGenuinePage({ ...given, requestId: 'req-2' }, keys)).toBe(false)
    expect(isGenuinePage({ ...given, organization: '310000205' }, keys)).toBe(false)
    expect(isGenuinePage({ ...given, signature: 'x.y.z' }, keys)).toBe(false)
    expect(isGenuinePage(given, [publicPart(await generateKey())])).toBe(false)
    expect(isGenuinePage({ ...given, signature: signPage(page, undefined) }, keys)).toBe(false)
  })
})
