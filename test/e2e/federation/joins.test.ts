import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { registrySdl, sharingSdl } from '@kilde/contract'
import { generateRows } from '@kilde/demo'
import type { Session } from '@kilde/demo/test-network'
import { organizations, patients } from '@kilde/people'
import { getIntrospectionQuery, type IntrospectionQuery } from 'graphql'
import { dataOf } from '../../kit/answers.js'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { questionsToSources } from '../../kit/sources.js'
import { startSubgraphs, type TestSubgraphs } from '../../kit/subgraphs.js'
import { ownKeys, recordsIn } from '../audit/logs.js'
import { blocksSubgraph } from './blocks.js'
import { guarded } from './guarded.js'
import { overHttp } from './http-audits.js'

const { identifier } = patients.copd
const blocks = blocksSubgraph()
let subgraphs: TestSubgraphs
let network: WatchedNetwork
let directory = ''

beforeAll(async () => {
  subgraphs = await startSubgraphs({ blocks }, { sharing: sharingSdl, registry: registrySdl })
  directory = await mkdtemp(join(tmpdir(), 'kilde-joins-'))
  const file = join(directory, 'supergraph.graphql')
  await writeFile(file, subgraphs.supergraph)
  network = await startNetwork({
    settings: {
      gateway: {
        ...ownKeys['gateway'],
        KILDE_SUPERGRAPH: file,
        KILDE_SUBGRAPH_TIMEOUT_MS: '30000',
      },
    },
  })
  const until = new Date('2026-03-15T10:00:00+01:00')
  const patient = patients.copd
  await network.load(
    generateRows({ patient, organizations: patient.organizations, rows: 8, until, seed: 'joins' }),
  )
}, 120_000)
afterAll(async () => {
  await network.stop()
  await subgraphs.stop()
  await rm(directory, { recursive: true })
}, 60_000)
beforeEach(() => subgraphs.forget())

const ofPatient = (selection: string) =>
  `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) { ${selection} } }`
const ask = (query: string, variables: object = {}) =>
  network.ask('hospital-doctor', query, { identifier, ...variables })

interface AccessRecord {
  readonly sources: readonly { readonly organization: string; readonly returned: number }[]
}

async function recordOf(requestId: string): Promise<AccessRecord> {
  const records = await recordsIn(network, { gateway: 'hospital' })
  const record = records.find((one) => 'requestId' in one && one.requestId === requestId)
  if (!record) throw new Error('there is no record of this request')
  return record as unknown as AccessRecord
}

describe('a subgraph beside sharing', () => {
  interface Joined {
    readonly patient: {
      readonly id: string
      readonly contact: string | null
      readonly failing: string | null
      readonly blocks: readonly {
        readonly patient: Joined['patient']
        readonly reason: string
        readonly organization: { readonly name: string }
      }[]
      readonly observations: {
        readonly complete: boolean
        readonly nodes: readonly { readonly id: string }[]
        readonly sources: readonly {
          readonly status: string
          readonly organization: { readonly name: string }
        }[]
      }
    }
  }

  it('adds fields to a patient whom it knows by a handle, and asks no organisation for it', async () => {
    const before = questionsToSources(network)
    const { patient } = dataOf<Joined>(await ask(ofPatient('id contact blocks { reason }')))
    expect(patient.contact).toBe(`known as ${patient.id.slice(0, 4)}`)
    expect(patient.blocks).toHaveLength(3)
    const representations = [{ __typename: 'Patient', id: patient.id }]
    expect(subgraphs.fetches.map(({ variables }) => variables)).toEqual([{ representations }])
    expect(questionsToSources(network)).toBe(before)
  })

  it('stands beside lists that are merged, and leads on to the registry', async () => {
    const { patient } = dataOf<Joined>(
      await ask(
        ofPatient(`
          blocks { reason organization { name } }
          observations(first: 3) { complete nodes { id } sources { organization { name } } }
        `),
      ),
    )
    expect(patient.blocks.map(({ organization }) => organization.name)).toEqual([
      'Solvik kommune',
      'Fjordheim sykehus HF',
      'Solvik kommune',
    ])
    expect(patient.observations.nodes).toHaveLength(3)
    expect(patient.observations.complete).toBe(true)
    expect(patient.observations.sources[0]?.organization.name).toBe('Solvik kommune')
    expect(subgraphs.fetches).toHaveLength(1)
  })

  it('never sees a patient’s number, nor the token or proof of who asks', async () => {
    await ask(ofPatient('blocks { reason } observations { complete }'))
    const [fetch] = subgraphs.fetches
    expect(JSON.stringify(subgraphs.fetches)).not.toContain(identifier)
    expect(fetch?.headers).not.toHaveProperty('authorization')
    expect(fetch?.headers).not.toHaveProperty('dpop')
  })

  it('is asked about nobody where nobody is asked about', async () => {
    expect(dataOf(await ask('{ notice }'))).toEqual({ notice: 'closed on Sundays' })
    expect(subgraphs.fetches.map(({ variables }) => variables)).toEqual([{}])
  })

  it('that fails leaves the rest whole, and says where', async () => {
    const { status, body } = await ask(ofPatient('failing observations { complete }'))
    expect(status).toBe(200)
    const { patient } = body.data as Joined
    expect(patient.failing).toBeNull()
    expect(patient.observations.complete).toBe(true)
    expect(body.errors).toEqual([
      {
        message: 'A part of the graph could not answer this.',
        path: ['patient', 'failing'],
        extensions: { code: 'SUBGRAPH_ERROR' },
      },
    ])
  })

  it('leads back to the patient, who is then asked about with the same arguments', async () => {
    const { patient } = dataOf<Joined>(
      await ask(
        `query ($identifier: PatientIdentifier!, $without: [OrganizationNumber!]) {
        patient(identifier: $identifier, excludeSources: $without) {
          blocks { patient { id observations(first: 2) { nodes { id } complete sources { status } } } }
        }
      }`,
        { without: [organizations.hospital.number] },
      ),
    )
    const [first, ...rest] = patient.blocks.map((block) => block.patient)
    expect(first?.observations.nodes).toHaveLength(2)
    expect(first?.observations.sources.map(({ status }) => status)).toContain('NOT_ASKED')
    expect(rest).toEqual([first, first])
  })

  it('leads to nobody but the patient who is asked about', async () => {
    const { patient } = dataOf<Joined>(await ask(ofPatient('id')))
    const of = (selection: string) => `{ caseload { id ${selection} } }`
    blocks.caseload.splice(0, Infinity, patient.id)
    const before = questionsToSources(network)
    expect(dataOf(await ask(of('contact')))).toEqual({
      caseload: [{ id: patient.id, contact: `known as ${patient.id.slice(0, 4)}` }],
    })
    const { body } = await ask(of('observations { complete }'))
    expect(body.data).toBeNull()
    expect(body.errors?.map(({ extensions }) => extensions?.code)).toEqual(['ONE_PATIENT_ONLY'])
    expect(questionsToSources(network)).toBe(before)
  })

  it('is named in the record of the access, which says what of the patient it was asked', async () => {
    const { headers } = await ask(ofPatient('contact failing'))
    const record = await recordOf(headers.get('x-request-id') ?? '')
    expect(record).toMatchObject({
      event: 'PATIENT_DATA_READ',
      patient: expect.stringContaining(identifier),
      fields: ['Patient.contact', 'Patient.failing'],
      sources: [],
      outcome: 'PARTIAL',
    })
  })

  it('that leads back is no reason to say that a source returned less than it did', async () => {
    const { headers } = await ask(
      ofPatient(`
        observations(first: 4) { nodes { id } }
        blocks { patient { observations(first: 1) { nodes { id } } } }
      `),
    )
    const { sources } = await recordOf(headers.get('x-request-id') ?? '')
    const returned = sources.reduce((sum, source) => sum + source.returned, 0)
    expect(returned).toBeGreaterThanOrEqual(5)
  })

  it('shows itself in the schema, and nothing of how it is merged or joined', async () => {
    const { data } = (await ask(getIntrospectionQuery())).body
    const types = (data as IntrospectionQuery).__schema.types.map(({ name }) => name)
    expect(types).toEqual(expect.arrayContaining(['Block', 'Patient']))
    expect(types.filter((name) => /^_[^_]|MergeStrategy|join__|link__/.test(name))).toEqual([])
  })
})

guarded(() => network)

describe('GraphQL over HTTP, by a graph with patients', () => {
  let session: Session
  beforeAll(async () => {
    session = await network.signIn('hospital-doctor')
  })
  const signed: typeof fetch = (input, init = {}) => {
    const headers = new Headers(init.headers)
    const { token, proof } = session
    const method = init.method ?? 'GET'
    headers.set('authorization', `DPoP ${token.value}`)
    headers.set(
      'dpop',
      proof.sign({ method, url: `${network.gateway}/graphql`, accessToken: token.value }),
    )
    return fetch(input, { ...init, headers })
  }
  overHttp(() => ({ url: `${network.gateway}/graphql`, fetch: signed }), {
    // A status says the same whatever the type of the answer: docs/errors.md names one for each code.
    SHOULD: ['572B', 'FDE2', '7B9B'],
    // Nothing is answered that stands in an address, and `extensions` are not looked at.
    MAY: ['5A70', 'D6D5', '6A70', '58B0', '58B1', '58B2', '58B3'],
  })
})
