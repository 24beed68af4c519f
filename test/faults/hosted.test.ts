import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import {
  encodeBoundary,
  identifierToken,
  parseNodeCursor,
  parsePatientIdentifier,
} from '@kilde/contract'
import { type OrganizationKey, organizations, patients } from '@kilde/people'
import { startNetwork, type WatchedNetwork } from '../kit/network.js'
import { nodeQuestion } from '../kit/node-question.js'
import { type Answered, refusalIn, type SignedPost, signedPost } from '../kit/signed-post.js'
import { STARTING_MS } from './setting.js'

type Tenant = 'homeCare' | 'rehabilitation'
type Claims = Record<string, unknown>

const patient = patients.copd
const rowsEach = 5
const numberOf = (key: OrganizationKey): string => organizations[key].number
const both = [
  ['homeCare', 'rehabilitation'],
  ['rehabilitation', 'homeCare'],
] as const satisfies readonly (readonly [Tenant, Tenant])[]

describe('two organisations in one process', () => {
  let network: WatchedNetwork
  let alter: (claims: Claims) => Claims = (claims) => claims
  beforeAll(async () => {
    network = await startNetwork({
      organizations: ['gp', 'homeCare', 'rehabilitation'],
      data: {
        patient,
        organizations: ['homeCare', 'rehabilitation'],
        rows: 2 * rowsEach,
        until: new Date(),
      },
      alterToken: (claims) => alter({ ...claims }),
    })
  }, STARTING_MS)
  afterEach(() => {
    alter = (claims) => claims
  })
  afterAll(() => network.stop())

  const urlOf = (tenant: Tenant, path = 'graphql') => `${network.endpoints[tenant]}/${path}`

  /** What the gateway asks of a tenant on behalf of the GP; parts of it can be those of another. */
  async function ask(
    tenant: Tenant,
    change: Partial<SignedPost> = {},
    variables: object = {},
  ): Promise<Answered> {
    const { token } = await network.signIn('gp')
    const gateway = network.tokensOf('kilde-gateway')
    const exchanged = await gateway.exchange({
      subjectToken: token.value,
      audience: `kilde:organization:${numberOf(tenant)}`,
      scope: 'kilde:organization/read',
    })
    const own = {
      url: urlOf(tenant),
      body: question(exchanged.value, variables),
      token: exchanged.value,
    }
    return signedPost({ ...own, proof: gateway.proof, ...change })
  }

  async function write(tenant: Tenant, entry: object, url = urlOf(tenant, 'fhir')) {
    const ingest = network.tokensOf(`kilde-ingest-${numberOf(tenant)}`)
    const { value: token } = await ingest.clientCredentials({
      audience: `kilde:organization:${numberOf(tenant)}`,
      scope: 'kilde:organization/write',
    })
    const body = JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry: [entry] })
    return signedPost({ url, body, token, proof: ingest.proof })
  }

  it.each(both)('each answer for themselves alone: %s, not %s', async (tenant, other) => {
    const ids = idsIn(await ask(tenant))
    expect(ids).toHaveLength(rowsEach)
    for (const id of ids) expect(id).toMatch(new RegExp(`^${numberOf(tenant)}\\.`))
    expect(JSON.stringify(ids)).not.toContain(numberOf(other))
  })

  it.each(both)('refuse a token for %s at the address of %s', async (tenant, other) => {
    const refused = await ask(tenant, { url: urlOf(other) })
    expect(refusalIn(refused)).toEqual({
      status: 401,
      code: 'TOKEN_AUDIENCE',
      text: 'The access token is meant for another service.',
    })
  })

  it.each(both)('refuse a proof for the address of %s at that of %s', async (tenant, other) => {
    const refused = await ask(other, { url: urlOf(tenant), path: new URL(urlOf(other)).pathname })
    expect(refusalIn(refused)).toEqual({
      status: 401,
      code: 'DPOP_PROOF_URL',
      text: 'The DPoP proof is for another address.',
    })
  })

  it('cannot be crossed by another spelling of the path', async () => {
    const [own, other] = [numberOf('homeCare'), numberOf('rehabilitation')]
    const paths = [
      `/${own}/../${other}/graphql`,
      `/${own}/..%2f${other}/graphql`,
      `/${own}%2f..%2f${other}/graphql`,
      `//${other}/graphql`,
      `/${other}/./graphql`,
      `/${other}/graphql/`,
      `/${other}/graphql?tenant=${own}`,
      `/${other}/graphql#/${own}`,
      `/${other};${own}/graphql`,
      '/graphql',
      '/310000108/graphql',
    ]
    for (const path of paths) {
      const { status, text } = await ask('homeCare', { path })
      expect({ path, refused: [401, 404].includes(status) }).toEqual({ path, refused: true })
      expect(text).not.toContain('"edges"')
    }
  })

  it.each(both)(
    'give %s nothing of %s for a cursor or a filter that names the other',
    async (tenant, other) => {
      const [first] = rowsIn(await ask(other))
      const { t, i } = first ?? { t: 0, i: '' }
      const after = encodeBoundary({ t: t + 1, i, o: numberOf(other), d: first?.d ?? '' })
      const filter = { sources: [numberOf(other)] }
      const ids = idsIn(await ask(tenant, {}, { after, filter }))
      for (const id of ids) expect(id).toMatch(new RegExp(`^${numberOf(tenant)}\\.`))
    },
  )

  it('take what is sent to them from their own systems only', async () => {
    const before = await rows()
    const away = await write('homeCare', observation(), urlOf('rehabilitation', 'fhir'))
    expect(outcomeIn(away)).toMatchObject({ status: 401, code: 'TOKEN_AUDIENCE' })
    // A token with the right audience, but of a system of the other organisation.
    alter = (claims) =>
      claims['client_id'] === `kilde-ingest-${numberOf('rehabilitation')}`
        ? { ...claims, 'helseid://claims/client/claims/orgnr_parent': numberOf('homeCare') }
        : claims
    expect(outcomeIn(await write('rehabilitation', observation()))).toEqual({
      status: 403,
      code: 'TENANT_MISMATCH',
      text: 'This client may not write to this organisation.',
    })
    expect(await rows()).toEqual(before)
  })

  it('keep their rows apart where one writes under an id of the other', async () => {
    const before = rowsIn(await ask('rehabilitation'))
    const theirs = before[0]?.d.slice(10) ?? ''
    const written = await write('homeCare', observation(`Observation/${theirs}`))
    expect(written.status).toBe(200)
    expect(idsIn(await ask('homeCare'))).toHaveLength(rowsEach + 1)
    expect(rowsIn(await ask('rehabilitation'))).toEqual(before)
  })

  const rows = async () => [rowsIn(await ask('homeCare')), rowsIn(await ask('rehabilitation'))]
})

const query = `query ($identifier: PatientIdentifier!, $after: Cursor, $filter: ObservationFilter) {
  patient(identifier: $identifier) {
    observations(after: $after, filter: $filter) { edges { cursor node { id valueText } } }
  }
}`

function question(token: string, variables: object): string {
  const identifier = identifierToken(parsePatientIdentifier(patient.identifier))
  return nodeQuestion({ token, query, variables: { identifier, ...variables } })
}

interface Found {
  readonly t: number
  readonly i: string
  readonly d: string
  readonly valueText: string
}

/** Rows of a node's answer, without what is new in each answer. */
function rowsIn({ status, text }: Answered): readonly Found[] {
  if (status !== 200) throw new Error(`${status} ${text}`)
  const { data } = JSON.parse(text) as {
    data: {
      patient: { observations: { edges: { cursor: string; node: { valueText: string } }[] } }
    }
  }
  return data.patient.observations.edges.map(({ cursor, node }) => {
    const read = parseNodeCursor(cursor)
    if (!read) throw new TypeError('no cursor of a node')
    const { t, i, d } = read
    return { t, i, d, valueText: node.valueText }
  })
}

const idsIn = (answer: Answered): readonly string[] => rowsIn(answer).map(({ d }) => d)

function outcomeIn({ status, text }: Answered) {
  const { issue } = JSON.parse(text) as {
    issue?: { details: { text: string; coding?: { code: string }[] } }[]
  }
  const [first] = issue ?? []
  return { status, code: first?.details.coding?.[0]?.code, text: first?.details.text }
}

function observation(url?: string): object {
  return {
    request: url === undefined ? { method: 'POST', url: 'Observation' } : { method: 'PUT', url },
    resource: {
      resourceType: 'Observation',
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
      subject: {
        identifier: { system: 'urn:oid:2.16.578.1.12.4.1.4.1', value: patient.identifier },
      },
      effectiveDateTime: '2026-01-01T08:00:00+01:00',
      valueQuantity: { value: 60, unit: '/min', system: 'http://unitsofmeasure.org', code: '/min' },
    },
  }
}
