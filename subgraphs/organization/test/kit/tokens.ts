import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { organizations, type Persona, personas } from '@kilde/people'
import { createProofSigner, fixedJwks } from '@kilde/trust'

export const ISSUER = 'https://identity.test'

type Json = Readonly<Record<string, unknown>>

const encode = (value: Json): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** An issuer with a real key, and a client with a real proof key. Time is the machine's. */
export function createIssuer() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = { ...publicKey.export({ format: 'jwk' }), kty: 'EC', kid: 'k1', alg: 'ES256' }
  const proof = createProofSigner(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
  const token = (claims: Json): string => {
    const now = Math.floor(Date.now() / 1000)
    const times = { iss: ISSUER, iat: now, nbf: now, exp: now + 300, cnf: { jkt: proof.jkt } }
    const header = { alg: 'ES256', typ: 'at+jwt', kid: 'k1' }
    const input = `${encode(header)}.${encode({ ...times, ...claims })}`
    const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
    return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`
  }
  return { keys: fixedJwks({ keys: [jwk] }), proof, token }
}

export const audienceOf = (organization: string): string => `kilde:organization:${organization}`

/** Claims of a token that the gateway exchanged for `key`, one of the demo's people. */
export function personaClaims(key: string, organization: string): Json {
  const persona = personas.find((one) => one.key === key)
  if (!persona) throw new Error(`no persona ${key}`)
  return {
    aud: audienceOf(organization),
    sub: `subject of ${key}`,
    // Signed in anew for each: an attest holds for one patient.
    sid: randomUUID(),
    client_id: 'kilde-gateway',
    act: { sub: 'kilde-gateway' },
    scope: ['kilde:organization/read'],
    name: persona.name,
    'helseid://claims/identity/pid': persona.pid,
    'helseid://claims/identity/security_level': '4',
    ...(persona.works ? workClaims(persona, persona.works) : citizenClaims(persona)),
  }
}

const enh = (id: string) => ({ id, system: 'urn:oid:2.16.578.1.12.4.1.4.101' })

function workClaims(persona: Persona, works: NonNullable<Persona['works']>): Json {
  const { hprNumber, authorization } = persona
  const { number } = organizations[works.organization]
  const hpr = hprNumber && {
    hpr_nr: { id: hprNumber, system: 'urn:oid:2.16.578.1.12.4.1.4.4' },
    authorization: { code: authorization?.code, system: 'urn:oid:2.16.578.1.12.4.1.1.9060' },
  }
  return {
    ...(hprNumber && { 'helseid://claims/hpr/hpr_number': hprNumber }),
    'helseid://claims/client/claims/orgnr_parent': number,
    'nhn:tillitsrammeverk:parameters': {
      practitioner: {
        identifier: { id: persona.pid, system: 'urn:oid:2.16.578.1.12.4.1.4.1' },
        ...hpr,
        legal_entity: enh(number),
        point_of_care: enh(works.pointOfCare),
      },
      care_relationship: {
        healthcare_service: {
          code: works.healthcareService.code,
          system: works.healthcareService.system,
        },
        purpose_of_use: { code: works.purpose, system: 'urn:oid:2.16.840.1.113883.1.11.20448' },
        decision_ref: { id: 'decision-1', description: works.decision, user_selected: false },
      },
    },
  }
}

function citizenClaims({ citizen }: Persona): Json {
  const code = citizen?.purpose
  return {
    'kilde:citizen': {
      purpose_of_use: { code, system: 'urn:oid:2.16.840.1.113883.1.11.20448' },
      ...(citizen?.onBehalfOf && { on_behalf_of: citizen.onBehalfOf }),
    },
  }
}

/** Claims of a system that sends data to its own organisation. */
export const systemClaims = (organization: string): Json => ({
  aud: audienceOf(organization),
  client_id: `kilde-ingest-${organization}`,
  sub: `kilde-ingest-${organization}`,
  scope: ['kilde:organization/write'],
  'helseid://claims/client/claims/orgnr_parent': organization,
})
