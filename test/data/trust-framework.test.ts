import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import {
  type Caller,
  claims,
  createProofSigner,
  createRequestVerifier,
  fixedJwks,
  memoryReplayStore,
  TrustError,
} from '@kilde/trust'
import { dataFolder } from './data-folder.js'

type Json = Readonly<Record<string, unknown>>

const data = dataFolder()
const folder = 'no/derived/trust-framework'
const genuine = data.json<Json>(`${folder}/helseid-access-token-payload.json`)
const real = data.json<{ payload: Json }>(`${folder}/helseid-test-token-decoded-real.json`).payload
const attests = data.files<{ attestation: Attestation }>(folder, /^attest-/)

interface Attestation extends Json {
  readonly toa: number
  readonly practitioner: {
    readonly identifier: { readonly id: string }
    readonly hpr_nr: { readonly id: string }
    readonly legal_entity: { readonly id: string }
  }
}

// As HelseID signs: RS256. The payloads are those of others; only the key they are bound to is ours.
const issuerKey = generateKeyPairSync('rsa', { modulusLength: 2_048 })
const jwk = { ...issuerKey.publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }
const URL = 'https://gateway.example/graphql'

/** Verifies a request with a token that says this, 10 seconds after it was issued. */
async function verify(payload: Json): Promise<Caller> {
  const now = () => (Number(payload['iat']) + 10) * 1_000
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const proof = createProofSigner(privateKey, { now })
  const token = signed({ ...payload, cnf: { jkt: proof.jkt } })
  const scopes = payload['scope']
  const verifier = createRequestVerifier({
    issuer: String(payload['iss']),
    audience: String(payload['aud']),
    keys: fixedJwks({ keys: [{ kty: 'RSA', ...jwk }] }),
    replay: memoryReplayStore({ now }),
    now,
    requiredScope: Array.isArray(scopes) ? String(scopes[0]) : String(scopes),
    accept: ['professional'],
  })
  return verifier.verify({
    authorization: `DPoP ${token}`,
    dpop: proof.sign({ method: 'POST', url: URL, accessToken: token }),
    method: 'POST',
    url: URL,
  })
}

function signed(payload: Json): string {
  const part = (json: Json) => Buffer.from(JSON.stringify(json)).toString('base64url')
  const input = `${part({ alg: 'RS256', typ: 'at+jwt', kid: 'k' })}.${part({ ...payload, jti: randomUUID() })}`
  return `${input}.${sign('sha256', Buffer.from(input), issuerKey.privateKey).toString('base64url')}`
}

const refusalOf = (payload: Json) =>
  verify(payload).then(
    () => undefined,
    (error: unknown) => {
      if (!(error instanceof TrustError)) throw error
      return { code: error.code, detail: error.detail }
    },
  )

/** The token of whoever made an attest, with the attest in it as HelseID puts it there. */
function withAttest(
  attestation: Attestation,
  change: (attest: Json) => Json = (same) => same,
): Json {
  const { practitioner, toa } = attestation
  return {
    ...genuine,
    ...{ iat: toa, nbf: toa, exp: toa + 300 },
    [claims.pid]: practitioner.identifier.id,
    [claims.hprNumber]: practitioner.hpr_nr.id,
    [claims.orgnrParent]: practitioner.legal_entity.id,
    [claims.attest]: change(attestation),
  }
}

describe('tokens of HelseID that others wrote down', () => {
  it('are read: the payload of a hospital doctor’s', async () => {
    expect(await verify(genuine)).toMatchObject({
      kind: 'professional',
      organization: '993467049',
      securityLevel: 4,
      purpose: 'TREAT',
      attest: {
        pointOfCare: '874716782',
        department: '705592',
        authorization: 'LE',
        healthcareService: '300',
        decisionRef: { id: '23423255', userSelected: false },
      },
    })
  })

  it('are not enough without an attest: a real one of the test environment', async () => {
    expect(await refusalOf(real)).toMatchObject({ code: 'ATTEST_MISSING' })
  })

  it('have scope as a list; as text it is refused', async () => {
    expect(await refusalOf({ ...genuine, scope: 'openid nhn:dho-gateway/read' })).toEqual({
      code: 'TOKEN_MALFORMED',
      detail: 'claims: scope',
    })
  })
})

describe.each(attests)('the attest of the trust framework: %s', (name, { attestation }) => {
  const purposes = ['TREAT', 'COC', 'TREAT', 'BTG']
  const purpose = purposes[attests.findIndex(([other]) => other === name)]

  it('is read, with what it is for and who decided', async () => {
    const { practitioner } = attestation
    expect(await verify(withAttest(attestation))).toMatchObject({
      kind: 'professional',
      purpose,
      organization: practitioner.legal_entity.id,
      attest: { attestedAtMs: attestation.toa * 1_000, authorization: 'LE' },
    })
  })

  it('is the same without `urn:oid:`, and with `care_relation` for `care_relationship`', async () => {
    const read = comparable(await verify(withAttest(attestation)))
    const bare = (attest: Json) =>
      JSON.parse(JSON.stringify(attest).replaceAll('urn:oid:', '')) as Json
    expect(comparable(await verify(withAttest(attestation, bare)))).toEqual(read)
    const renamed = ({ care_relationship: care, ...rest }: Json) => ({
      ...rest,
      care_relation: care,
    })
    expect(comparable(await verify(withAttest(attestation, renamed)))).toEqual(read)
  })

  it('does not care who is said to have assigned a code: `http://www..hl7.org/`', async () => {
    const odd = (attest: Json) =>
      JSON.parse(
        JSON.stringify(attest).replaceAll('https://www.hl7.org', 'http://www..hl7.org/'),
      ) as Json
    expect(await refusalOf(withAttest(attestation, odd))).toBeUndefined()
  })

  it.each(['decision_ref', 'purpose_of_use'])('is refused without %s, by name', async (element) => {
    const without = (attest: Json) => ({
      ...attest,
      care_relationship: { ...(attest['care_relationship'] as Json), [element]: undefined },
    })
    expect(await refusalOf(withAttest(attestation, without))).toEqual({
      code: 'ATTEST_MALFORMED',
      detail: `care_relationship.${element}`,
    })
  })

  it('is refused with the system `x.x.x.x.x.9151` for the purpose', async () => {
    const odd = (attest: Json) => {
      const care = attest['care_relationship'] as Json
      const purposeOfUse = { ...(care['purpose_of_use'] as Json), system: 'urn:oid:x.x.x.x.x.9151' }
      return { ...attest, care_relationship: { ...care, purpose_of_use: purposeOfUse } }
    }
    expect(await refusalOf(withAttest(attestation, odd))).toMatchObject({
      code: 'ATTEST_MALFORMED',
      detail: 'care_relationship.purpose_of_use.system',
    })
  })

  it('is refused with both spellings at once, and when it is about somebody else', async () => {
    const both = (attest: Json) => ({ ...attest, care_relation: attest['care_relationship'] })
    expect(await refusalOf(withAttest(attestation, both))).toMatchObject({
      code: 'ATTEST_MALFORMED',
    })
    const somebodyElse = { ...withAttest(attestation), [claims.pid]: '12837531282' }
    expect(await refusalOf(somebodyElse)).toEqual({
      code: 'ATTEST_MALFORMED',
      detail: 'practitioner.identifier',
    })
  })
})

/** What is read of a caller but for what belongs to the one token. */
function comparable(caller: Caller): object {
  const { jkt: _jkt, tokenHash: _hash, ...rest } = caller
  return rest
}
