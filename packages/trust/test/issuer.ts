import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  createProofSigner,
  createRequestVerifier,
  memoryReplayStore,
  type RequestVerifierOptions,
  remoteJwks,
  type SignedRequest,
} from '../src/index.js'

const audience = 'kilde:gateway'
export const scope = 'kilde:gateway/read'
export const url = 'https://gateway.example/graphql'
/** A Tuesday, in seconds. */
export const start = 1_794_000_000
export const pid = '12837531282'

type Json = Readonly<Record<string, unknown>>

/** An issuer with a real key set behind a real HTTP server. */
export async function startIssuer() {
  const keys = [newKey('k1')]
  let fetches = 0
  let status = 200
  const server = createServer((_request, response) => {
    fetches += 1
    response.statusCode = status
    response.end(JSON.stringify({ keys: keys.map((key) => key.publicJwk) }))
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const { port } = server.address() as AddressInfo
  return {
    issuer: `http://127.0.0.1:${port}`,
    jwksUrl: `http://127.0.0.1:${port}/jwks`,
    keys,
    fetches: () => fetches,
    failWith: (code: number) => {
      status = code
    },
    stop: () =>
      new Promise<void>((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

export type TestIssuer = Awaited<ReturnType<typeof startIssuer>>

export function newKey(kid: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = publicKey.export({ format: 'jwk' })
  const publicJwk = { ...jwk, kty: jwk.kty ?? '', kid, alg: 'ES256', use: 'sig' }
  return { kid, privateKey, publicJwk }
}

export function base64url(value: Json | string): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString(
    'base64url',
  )
}

export function jwt(header: Json, payload: Json, key: KeyObject): string {
  const input = `${base64url(header)}.${base64url(payload)}`
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

export const organization = (id: string) => ({
  id,
  system: 'urn:oid:2.16.578.1.12.4.1.4.101',
  authority: 'https://www.brreg.no',
})

export const attest = {
  practitioner: {
    identifier: { id: pid, name: 'Gro Fastlege', system: 'urn:oid:2.16.578.1.12.4.1.4.1' },
    hpr_nr: { id: '9990001', system: 'urn:oid:2.16.578.1.12.4.1.4.4' },
    authorization: { code: 'LE', text: 'Lege', system: 'urn:oid:2.16.578.1.12.4.1.1.9060' },
    legal_entity: organization('310000302'),
    point_of_care: organization('310000310'),
  },
  care_relationship: {
    healthcare_service: { code: 'KX17', system: 'urn:oid:2.16.578.1.12.4.1.1.8655' },
    purpose_of_use: { code: 'TREAT', system: 'urn:oid:2.16.840.1.113883.1.11.20448' },
    decision_ref: { id: 'd-1', description: 'Legekonsultasjon', user_selected: false },
  },
}

/** What somebody who asks has at hand, and a service that checks it, at a time that stands still until moved. */
export function newScene(issuer: TestIssuer, options: Partial<RequestVerifierOptions> = {}) {
  let nowMs = start * 1000
  const now = () => nowMs
  const proofKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const proof = createProofSigner(proofKey, { now })
  const verifier = createRequestVerifier({
    issuer: issuer.issuer,
    audience,
    keys: remoteJwks(issuer.jwksUrl, { now }),
    replay: memoryReplayStore({ now }),
    now,
    requiredScope: scope,
    accept: ['professional', 'citizen'],
    ...options,
  })
  const common: Json = {
    iss: issuer.issuer,
    aud: audience,
    iat: start,
    nbf: start,
    exp: start + 600,
    sub: 'user-1',
    sid: 'session-1',
    client_id: 'ehr',
    scope: [scope],
    cnf: { jkt: proof.jkt },
    name: 'Gro Fastlege',
    'helseid://claims/identity/pid': pid,
    'helseid://claims/identity/security_level': '4',
  }
  const professionalClaims: Json = {
    ...common,
    'helseid://claims/hpr/hpr_number': '9990001',
    'helseid://claims/client/claims/orgnr_parent': '310000302',
    'nhn:tillitsrammeverk:parameters': attest,
  }
  const token = (change: Json = {}, header: Json = {}, key = issuer.keys[0]) => {
    if (!key) throw new Error('the issuer has no key')
    const all = { alg: 'ES256', typ: 'at+jwt', kid: key.kid, ...header }
    return jwt(all, { ...professionalClaims, ...change }, key.privateKey)
  }
  return {
    proof,
    proofKey,
    verifier,
    common,
    token,
    now,
    moveBy: (ms: number) => {
      nowMs += ms
    },
    request: (accessToken: string, change: Partial<SignedRequest> = {}): SignedRequest => ({
      authorization: `DPoP ${accessToken}`,
      dpop: proof.sign({ method: 'POST', url, accessToken }),
      method: 'POST',
      url,
      ...change,
    }),
  }
}

export type Scene = ReturnType<typeof newScene>

export const citizenClaim = {
  purpose_of_use: { code: 'PATRQT', system: 'urn:oid:2.16.840.1.113883.1.11.20448' },
}
