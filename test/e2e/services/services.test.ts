import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { demoServices } from '@kilde/demo'
import { organizations, patients } from '@kilde/people'
import { dataOf } from '../../kit/answers.js'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { change, liftAll } from '../privacy/settings.js'

const { municipality, neighbour } = organizations
const until = new Date('2026-03-15T10:00:00+01:00')
const identifier = patients.copd.identifier

let network: WatchedNetwork
beforeAll(async () => {
  network = await startNetwork({
    organizations: ['municipality', 'neighbour'],
    faults: ['neighbour'],
  })
  for (const { organization, bundle } of demoServices(until)) {
    await network.loaderTo(organization).load(bundle)
  }
}, 120_000)
afterAll(() => network.stop())

interface Services {
  readonly nodes: readonly {
    readonly id: string
    readonly type: readonly { readonly text: string }[]
    readonly status: string
    readonly provenance: readonly { readonly source: { readonly number: string } }[]
  }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly complete: boolean
}

const SERVICES = `query ($identifier: PatientIdentifier!, $filter: EpisodeOfCareFilter, $first: Int, $after: Cursor) {
  patient(identifier: $identifier) { services(filter: $filter, first: $first, after: $after) {
    nodes { id type { text } status provenance { source { number } } }
    pageInfo { hasNextPage endCursor } complete } } }`

async function servicesOf(
  variables: Readonly<Record<string, unknown>> = {},
  persona = 'nurse',
): Promise<Services> {
  const answer = await network.ask(persona, SERVICES, { identifier, ...variables })
  return dataOf<{ patient: { services: Services } }>(answer).patient.services
}

describe('services of several organisations', () => {
  it('come in one order, what is to begin first', async () => {
    const { nodes, complete } = await servicesOf()
    expect(complete).toBe(true)
    expect(nodes.map(({ provenance, status }) => [provenance[0]?.source.number, status])).toEqual([
      [municipality.number, 'PLANNED'],
      [municipality.number, 'ACTIVE'],
      [municipality.number, 'ACTIVE'],
      [neighbour.number, 'FINISHED'],
    ])
  })

  it('are paged, and found by status', async () => {
    const first = await servicesOf({ first: 3 })
    const second = await servicesOf({ first: 3, after: first.pageInfo.endCursor })
    expect([first.nodes.length, second.nodes.length]).toEqual([3, 1])
    const active = await servicesOf({ filter: { status: ['ACTIVE'] } })
    expect(active.nodes).toHaveLength(2)
  })

  it('are answered by the example of the command line', async () => {
    const file = new URL('../../examples/services.graphql', import.meta.url)
    const answer = await network.ask('nurse', readFileSync(file, 'utf8'), { identifier })
    expect(dataOf(answer)).toMatchObject({
      patient: { services: { complete: true, nodes: [{}, {}, { statusHistory: [{}] }] } },
    })
  })
})

describe('what is closed', () => {
  afterEach(() => liftAll(network, 'patient'))

  it('stays closed, and is told to the patient by the access log', async () => {
    const { nodes } = await servicesOf()
    await change(network, 'patient', 'block', { data: { dataClass: 'EpisodeOfCare' } })
    const blocked = await servicesOf()
    expect([blocked.nodes, blocked.complete]).toEqual([[], false])
    expect((await servicesOf({}, 'patient')).nodes).toHaveLength(4)
    const log = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
      accessLog(first: 200) { nodes { text items } } } }`
    const answer = await network.ask('patient', log, { identifier })
    const logged = dataOf<{
      patient: { accessLog: { nodes: { text: string; items: string[] }[] } }
    }>(answer).patient.accessLog.nodes
    const own = logged.filter(({ text }) => text.includes('omsorgstjenester'))
    expect(own.flatMap(({ items }) => items)).toEqual(
      expect.arrayContaining(nodes.map(({ id }) => id)),
    )
  })
})

describe('a source that is down', () => {
  it('is told, and empties nobody else’s list', async () => {
    network.faults.neighbour?.behave('cut')
    const { nodes, complete } = await servicesOf()
    expect([nodes.length, complete]).toEqual([3, false])
  })
})
