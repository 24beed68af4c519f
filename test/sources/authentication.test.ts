import { generateKeyPairSync, verify } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from '@jest/globals'
import { parsePatientIdentifier } from '@kilde/contract'
import { fhirSettings, sourceProblems } from '@kilde/organization/sources'
import { patients } from '@kilde/people'
import { createNonces, TrustError } from '@kilde/trust'
import { startNetwork } from '../../infra/identity/test/network.js'
import { selfSigned, tlsFolder } from '../../packages/service/test/certificates.js'
import { decode, startTokenEndpoint } from '../../packages/trust/test/token-endpoint.js'
import { openFhir } from './open-fhir.js'
import { type SmallAnswer, type SmallRequest, startSmallServer } from './small-server.js'

const kari = parsePatientIdentifier(patients.copd.identifier)
const signal = new AbortController().signal
const ends: (() => unknown)[] = []

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

describe('tokens that are bound to a key, of an issuer like HelseID', () => {
  const target = { audience: 'kilde:registry', scope: 'kilde:registry/follow' }

  it('let the node in at a server that checks them, and wants nonces', async () => {
    const network = await startNetwork()
    ends.push(() => network.identity.stop())
    const clientKey = network.keyOf('kilde-node-310000108')
    const clientKeyFile = await fileWith(clientKey)
    const nonces = createNonces({ now: Date.now })
    const verifier = network.verifier({
      ...{ audience: target.audience, requiredScope: target.scope },
      ...{ accept: ['system'], nonces },
    })
    const { server, read } = await opened({
      authentication: {
        ...{ kind: 'client-credentials', issuer: network.issuer, clientKeyFile },
        ...{ clientId: 'kilde-node-310000108', ...target },
      },
    })
    const callers: string[] = []
    server.tamper(async (_answer, { method, url, headers }) => {
      const { authorization, dpop } = headers
      const address = `${new URL(server.url).origin}${url}`
      try {
        const proof = { authorization, dpop: dpop?.toString(), method, url: address }
        callers.push((await verifier.verify(proof)).kind)
        return undefined
      } catch (error) {
        if (!(error instanceof TrustError)) throw error
        const wanted = error.code === 'DPOP_NONCE_NEEDED' ? 'use_dpop_nonce' : 'invalid_token'
        return { status: 401, body: '{}', headers: challenge(wanted, nonces.current()) }
      }
    })
    expect((await read()).rows).toHaveLength(1)
    expect(new Set(callers)).toEqual(new Set(['system']))
  })
})

describe('tokens of a server’s own authorization server (SMART Backend Services)', () => {
  it('are fetched with an assertion for its token endpoint, once for all who wait', async () => {
    const { server, endpoint, read } = await smart()
    await Promise.all(Array.from({ length: 8 }, () => read()))
    expect(endpoint.received).toHaveLength(1)
    expect(server.requests.filter(isAsked).map(({ headers }) => headers.authorization)).toEqual(
      server.requests.filter(isAsked).map(() => 'Bearer token-1'),
    )
    const form = Object.fromEntries(endpoint.received[0]?.form ?? [])
    expect(form).toMatchObject({
      ...{ grant_type: 'client_credentials', scope: 'system/*.rs', client_id: 'node' },
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    })
    const { header, payload } = decode(form['client_assertion'] ?? '')
    expect(header).toEqual({ typ: 'JWT', alg: 'ES384', kid: 'k1' })
    expect(payload).toMatchObject({ iss: 'node', sub: 'node', aud: `${endpoint.issuer}/token` })
    expect(Number(payload['exp']) - Number(payload['iat'])).toBeLessThanOrEqual(300)
  })

  it('are renewed shortly before they end, once', async () => {
    let now = Date.now()
    const { endpoint, read } = await smart(() => now)
    await read()
    now += 289_000
    await read()
    expect(endpoint.received).toHaveLength(1)
    now += 2_000
    await Promise.all([read(), read(), read()])
    expect(endpoint.received).toHaveLength(2)
  })

  it('are renewed once where one is refused; a server that refuses the new one too has refused', async () => {
    const { server, endpoint, read, refuse } = await smart()
    await read()
    refuse((token) => token === 'Bearer token-1')
    expect((await Promise.all([read(), read(), read()])).map(({ rows }) => rows.length)).toEqual([
      1, 1, 1,
    ])
    expect(endpoint.received).toHaveLength(2)
    refuse(() => true)
    const before = server.requests.filter(isAsked).length
    await expect(read()).rejects.toMatchObject({ code: 'SOURCE_FAILED', kind: 'REFUSED' })
    expect(server.requests.filter(isAsked).length - before).toBe(2)
    expect(endpoint.received).toHaveLength(3)
  })

  it('that are of another kind, or that nobody gives, are a failure and never an empty list', async () => {
    for (const answer of [
      { status: 200, body: { access_token: 'a', token_type: 'DPoP', expires_in: 300 } },
      { status: 200, body: { access_token: 'a', token_type: 'Bearer' } },
      { status: 400, body: { error: 'invalid_client' } },
    ]) {
      const { read } = await smart(Date.now, answer)
      await expect(read()).rejects.toMatchObject({ code: 'SOURCE_FAILED', detail: 'no token' })
    }
  })
})

describe('mutual TLS', () => {
  it('shows the certificate that lies in the files when a connection is opened', async () => {
    const [theirs, first, second] = await Promise.all(['fhir', 'first', 'second'].map(selfSigned))
    if (!theirs || !first || !second) throw new Error('no certificates')
    const [own, authority] = [await tlsFolder(), await tlsFolder()]
    ends.push(own.remove, authority.remove)
    await own.put(first)
    await authority.put(theirs)
    const { certificatePath: certificateFile, keyPath: keyFile } = own.files
    const tls = { certificateFile, keyFile, authorityFile: authority.files.certificatePath }
    const { server, read } = await opened(
      { tls },
      { tls: { ...theirs, requestCert: true, ca: [first.cert, second.cert] } },
    )
    // A connection for each request: a new certificate is for new ones.
    server.tamper((answer) => ({ ...answer, headers: { connection: 'close' } }))
    await read()
    expect(server.requests.at(-1)?.clientName).toBe('first')
    await own.put({ cert: second.cert })
    await read()
    expect(server.requests.at(-1)?.clientName).toBe('first')
    await own.put({ key: second.key })
    await read()
    expect(server.requests.at(-1)?.clientName).toBe('second')
  })
})

describe('settings that contradict each other', () => {
  it('are all named at once', async () => {
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey
    const noKey = await fileWith(ec.export({ format: 'jwk' }))
    const problems = problemsOf(
      {
        authentication: {
          ...{ kind: 'client-credentials', issuer: 'https://issuer.test', clientId: 'node' },
          ...{ audience: 'journal', scope: 'read' },
        },
        tls: { certificateFile: '/nowhere/crt', keyFile: '/nowhere/key', authorityFile: noKey },
      },
      {
        authentication: {
          ...{ kind: 'smart-backend-services', clientId: 'node', clientKeyFile: noKey },
          ...{ scope: 'system/*.rs', tokenEndpoint: 'http://issuer.test/token' },
        },
        idPrefix: 'other-',
        name: 'Other',
        tls: { certificateFile: '/nowhere/crt' },
      },
    )
    expect(problems).toEqual([
      'S[0].url: must be https in production',
      'S[0].authentication: needs one of clientKey and clientKeyFile',
      'S[0].tls: goes with https alone',
      'S[0].tls.certificateFile, S[0].tls.keyFile: a file cannot be read (ENOENT)',
      'S[0].tls.authorityFile: is no file with a certificate in PEM',
      'S[1].url: must be https in production',
      'S[1].authentication.tokenEndpoint: must be https in production',
      'S[1].authentication.clientKeyFile: holds no private key as a JWK',
      'S[1].tls: goes with https alone',
      'S[1].tls: certificateFile and keyFile must be set together',
    ])
  })
})

function problemsOf(...given: readonly object[]): readonly string[] {
  const sources = given.map((one, index) =>
    fhirSettings.parse({
      ...{ kind: 'fhir', url: `http://fhir.test/${index}`, idPrefix: 'journal-' },
      ...{ name: 'Journal', ...one },
    }),
  )
  const surroundings = { setting: () => 'S', production: true, logsInDatabase: false }
  return sourceProblems([{ number: '310000108', sources }], surroundings)
}

type Answer = ReturnType<Parameters<typeof startTokenEndpoint>[0]>

/** A FHIR server that tells where its tokens are given, and an authorization server that checks who asks. */
async function smart(now = Date.now, otherwise?: Answer) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  let given = 0
  const endpoint = await startTokenEndpoint(({ form }) => {
    const [content = '', signature = ''] = split(form.get('client_assertion') ?? '')
    const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
    if (!verify('sha384', Buffer.from(content), key, Buffer.from(signature, 'base64url'))) {
      return { status: 401, body: { error: 'invalid_client' } }
    }
    given += 1
    const token = { access_token: `token-${given}`, token_type: 'Bearer', expires_in: 300 }
    return otherwise ?? { status: 200, body: token }
  })
  ends.push(endpoint.stop)
  const clientKeyFile = await fileWith({ ...privateKey.export({ format: 'jwk' }), kid: 'k1' })
  const { server, read } = await opened(
    {
      authentication: {
        ...{ kind: 'smart-backend-services', clientId: 'node', clientKeyFile },
        scope: 'system/*.rs',
      },
    },
    { now },
  )
  let isRefused: (token: string) => boolean = (token) => !token.startsWith('Bearer token-')
  server.tamper((_answer, request): SmallAnswer | undefined => {
    if (!isAsked(request)) {
      return { status: 200, body: JSON.stringify({ token_endpoint: `${endpoint.issuer}/token` }) }
    }
    return isRefused(request.headers.authorization ?? '') ? { status: 401, body: '' } : undefined
  })
  const refuse = (which: typeof isRefused): void => {
    isRefused = which
  }
  return { server, endpoint, read, refuse }
}

const isAsked = ({ url }: SmallRequest): boolean =>
  !url.endsWith('/.well-known/smart-configuration')

const split = (jwt: string): readonly string[] => {
  const at = jwt.lastIndexOf('.')
  return [jwt.slice(0, at), jwt.slice(at + 1)]
}

const challenge = (error: string, nonce: string) => ({
  ...{ 'www-authenticate': `DPoP error="${error}"`, 'dpop-nonce': nonce },
})

async function fileWith(content: object): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kilde-key-'))
  ends.push(() => rm(folder, { recursive: true }))
  const path = join(folder, 'key.json')
  await writeFile(path, JSON.stringify(content))
  return path
}

interface Around {
  readonly now?: () => number
  readonly tls?: object
}

async function opened(settings: object, { now = Date.now, tls }: Around = {}) {
  const server = await startSmallServer({
    ...{ parameters: ['patient'] },
    ...(tls && { tls }),
  })
  ends.push(() => server.stop())
  const rows = [
    { resourceType: 'Patient', id: 'kari', identifier: [kari] },
    {
      ...{ resourceType: 'Observation', id: 'o1', status: 'final' },
      ...{ subject: { reference: 'Patient/kari' }, effectiveDateTime: '2026-11-10T08:00:00Z' },
      code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
      valueQuantity: { value: 70, unit: 'kg', code: 'kg' },
    },
  ]
  for (const row of rows) await server.create(row, JSON.stringify(row))
  const source = openFhir({ url: server.url, ...settings }, now)
  ends.push(() => source.close())
  const read = () =>
    source.read(
      {
        ...{ patient: kari, limit: 50, order: 'NEWEST_FIRST', status: ['final'] },
        ...{ elements: [], abnormalOnly: false, count: false },
      },
      signal,
    )
  return { server, read }
}
