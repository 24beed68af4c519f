import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { demoSupervision } from '@kilde/demo'
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
  for (const { organization, bundle } of demoSupervision(until)) {
    await network.loaderTo(organization).load(bundle)
  }
}, 120_000)
afterAll(() => network.stop())

interface Visits {
  readonly nodes: readonly {
    readonly id: string
    readonly status: string
    readonly mode: string
    readonly provenance: readonly { readonly source: { readonly number: string } }[]
  }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly complete: boolean
}

const VISITS = `query ($identifier: PatientIdentifier!, $filter: SupervisionVisitFilter, $first: Int, $after: Cursor) {
  patient(identifier: $identifier) { supervisionVisits(filter: $filter, first: $first, after: $after) {
    nodes { id status mode provenance { source { number } } }
    pageInfo { hasNextPage endCursor } complete } } }`

async function visitsOf(
  variables: Readonly<Record<string, unknown>> = {},
  persona = 'nurse',
): Promise<Visits> {
  const answer = await network.ask(persona, VISITS, { identifier, ...variables })
  return dataOf<{ patient: { supervisionVisits: Visits } }>(answer).patient.supervisionVisits
}

describe('supervision visits of several organisations', () => {
  it('come in one order, what is planned first', async () => {
    const { nodes, complete } = await visitsOf()
    expect(complete).toBe(true)
    expect(nodes.map((one) => [one.provenance[0]?.source.number, one.status, one.mode])).toEqual([
      [municipality.number, 'PLANNED', 'CAMERA'],
      [municipality.number, 'FINISHED', 'TWO_WAY_SPEECH'],
      [municipality.number, 'FINISHED', 'CAMERA'],
      [neighbour.number, 'FINISHED', 'CAMERA'],
    ])
  })

  it('are paged, and found by means and reason', async () => {
    const first = await visitsOf({ first: 3 })
    const second = await visitsOf({ first: 3, after: first.pageInfo.endCursor })
    expect([first.nodes.length, second.nodes.length]).toEqual([3, 1])
    const filter = { mode: ['TWO_WAY_SPEECH'], reason: ['EVENT'] }
    expect((await visitsOf({ filter })).nodes).toHaveLength(1)
  })

  it('are answered by the example of the command line', async () => {
    const file = new URL('../../examples/digital-supervision.graphql', import.meta.url)
    const answer = await network.ask('nurse', readFileSync(file, 'utf8'), { identifier })
    expect(dataOf(answer)).toMatchObject({
      patient: {
        supervisionVisits: { complete: true, nodes: [{ location: ['soverom'] }, {}, {}, {}] },
      },
    })
  })
})

describe('what is closed', () => {
  afterEach(() => liftAll(network, 'patient'))

  it('stays closed, and is told to the patient by the access log', async () => {
    const { nodes } = await visitsOf()
    await change(network, 'patient', 'block', { data: { dataClass: 'Encounter' } })
    const blocked = await visitsOf()
    expect([blocked.nodes, blocked.complete]).toEqual([[], false])
    expect((await visitsOf({}, 'patient')).nodes).toHaveLength(4)
    const log = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
      accessLog(first: 200) { nodes { text items } } } }`
    const answer = await network.ask('patient', log, { identifier })
    const logged = dataOf<{
      patient: { accessLog: { nodes: { text: string; items: string[] }[] } }
    }>(answer).patient.accessLog.nodes
    const own = logged.filter(({ text }) => text.includes('digitale tilsyn'))
    expect(own.flatMap(({ items }) => items)).toEqual(
      expect.arrayContaining(nodes.map(({ id }) => id)),
    )
  })
})

describe('a source that is down', () => {
  it('is told, and empties nobody else’s list', async () => {
    network.faults.neighbour?.behave('cut')
    const { nodes, complete } = await visitsOf()
    expect([nodes.length, complete]).toEqual([3, false])
  })
})
