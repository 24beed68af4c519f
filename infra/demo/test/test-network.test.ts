import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { organizations, patients } from '@kilde/people'
import { generateRows } from '@kilde/population'
import { graphiqlExamples } from '../src/examples.js'
import { readmeQuery } from '../src/readme-query.js'
import { startTestNetwork, type TestNetwork } from '../src/test-network.js'

interface Observations {
  readonly patient: {
    readonly observations: {
      readonly nodes: readonly {
        readonly valueText: string
        readonly provenance: readonly { readonly organization: { readonly name: string } }[]
      }[]
      readonly complete: boolean
      readonly totalCount: { readonly value: number }
      readonly sources: readonly {
        readonly organization: { readonly name: string }
        readonly status: string
      }[]
    }
  }
}

describe('the network of the demo in one process', () => {
  let network: TestNetwork
  beforeAll(async () => {
    network = await startTestNetwork({
      data: 'demo',
      faults: ['neighbour'],
      settings: {
        gateway: { KILDE_SOURCE_TIMEOUT_MS: '5000', KILDE_SOURCE_CONNECT_MS: '5000' },
      },
    })
  }, 120_000)
  afterAll(async () => {
    await network?.stop()
  })

  const identifier = patients.copd.identifier
  async function observations(persona: string, query = readmeQuery, patient: string = identifier) {
    const { status, body } = await network.ask(persona, query, { identifier: patient })
    expect({ status, errors: body.errors }).toEqual({ status: 200, errors: undefined })
    return (body.data as Observations).patient.observations
  }

  it('answers the query that the demo prints: one patient, three organisations, complete', async () => {
    const { nodes, complete, sources } = await observations('hospital-doctor')
    expect(nodes.map(({ provenance }) => provenance[0]?.organization.name)).toEqual([
      'Fjordheim sykehus HF',
      'Fjordheim sykehus HF',
      'Fjordheim sykehus HF',
      'Solvik kommune',
      'Granli kommune',
    ])
    expect(complete).toBe(true)
    expect(sources).toHaveLength(Object.keys(organizations).length)
  })

  it('says what is missing when a node does not answer', async () => {
    network.faults.neighbour?.behave('silent')
    const { nodes, complete, sources } = await observations('hospital-doctor')
    network.faults.neighbour?.behave('pass')
    expect(nodes).toHaveLength(4)
    expect(complete).toBe(false)
    expect(sources.filter(({ status }) => status === 'TIMED_OUT')).toEqual([
      { organization: { name: 'Granli kommune' }, status: 'TIMED_OUT' },
    ])
  })

  it('knows the patient by name, and says where the name is another', async () => {
    const query = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
      name { value { text } variants { value { text } source { name } } conflict complete } } }`
    const { body } = await network.ask('hospital-doctor', query, { identifier })
    expect(body.data).toEqual({
      patient: {
        name: {
          value: { text: patients.copd.name },
          variants: [
            { value: { text: 'Kari Kols' }, source: { name: 'Solvik kommune' } },
            { value: { text: 'Kari Kols' }, source: { name: 'Fjordheim sykehus HF' } },
            { value: { text: 'Kari Marie Kols' }, source: { name: 'Granli kommune' } },
          ],
          conflict: true,
          complete: true,
        },
      },
    })
  })

  it('answers every example that GraphiQL offers', async () => {
    for (const { title, query, ...example } of graphiqlExamples().examples) {
      const variables = 'variables' in example ? example.variables : {}
      const { status, body } = await network.ask('nurse', query, variables)
      expect([title, status, body.errors]).toEqual([title, 200, undefined])
    }
  })

  it('takes more data while it runs, also at a hosted organisation', async () => {
    const query = `query Count($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
      observations(first: 1) { nodes { valueText provenance { organization { name } } } complete
        totalCount { value } sources { organization { name } status } } } }`
    const before = await observations('gp', query, patients.none.identifier)
    expect(before.totalCount.value).toBe(0)
    const chart = generateRows({
      patient: patients.none,
      organizations: ['gp', 'homeCare', 'rehabilitation'],
      rows: 30,
      until: new Date(),
    })
    await network.load(chart)
    const after = await observations('gp', query, patients.none.identifier)
    expect(after.totalCount.value).toBe(30)
  })

  it('leaves nothing behind', async () => {
    await network.stop()
    expect(existsSync(network.directory)).toBe(false)
    await expect(fetch(`${network.gateway}/health/live`)).rejects.toThrow('fetch failed')
  })
})
