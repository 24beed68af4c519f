import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { demoAlerts, demoAssessments } from '@kilde/demo'
import { organizations, patients } from '@kilde/people'
import { dataOf } from '../../kit/answers.js'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { change, liftAll } from '../privacy/settings.js'

const { municipality, hospital } = organizations
const until = new Date('2026-03-15T10:00:00+01:00')
const identifier = patients.copd.identifier

let network: WatchedNetwork
beforeAll(async () => {
  network = await startNetwork({
    organizations: ['municipality', 'hospital'],
    faults: ['hospital'],
  })
  const stories = [...demoAlerts(until), ...demoAssessments(until)]
  for (const { organization, bundle } of stories) {
    if (organization !== 'municipality' && organization !== 'hospital') continue
    await network.loaderTo(organization).load(bundle)
  }
}, 120_000)
afterAll(() => network.stop())

interface Assessments {
  readonly nodes: readonly {
    readonly id: string
    readonly status: string
    readonly summary: string | null
    readonly assessed: readonly { readonly kind: string; readonly identifier: object }[]
    readonly provenance: readonly { readonly source: { readonly number: string } }[]
  }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly complete: boolean
}

const ASSESSMENTS = `query ($identifier: PatientIdentifier!, $first: Int, $after: Cursor) {
  patient(identifier: $identifier) { assessments(first: $first, after: $after) {
    nodes { id status summary assessed { kind identifier { system value } }
      provenance { source { number } } }
    pageInfo { hasNextPage endCursor } complete } } }`

async function assessmentsOf(
  variables: Readonly<Record<string, unknown>> = {},
  persona = 'nurse',
): Promise<Assessments> {
  const answer = await network.ask(persona, ASSESSMENTS, { identifier, ...variables })
  return dataOf<{ patient: { assessments: Assessments } }>(answer).patient.assessments
}

describe('assessments of several organisations', () => {
  it('come in one order, each with its status', async () => {
    const { nodes, complete } = await assessmentsOf()
    expect(complete).toBe(true)
    expect(nodes.map(({ provenance, status }) => [provenance[0]?.source.number, status])).toEqual([
      [hospital.number, 'IN_PROGRESS'],
      [municipality.number, 'COMPLETED'],
    ])
  })

  it('lead to the alert that was assessed', async () => {
    const { nodes } = await assessmentsOf()
    const alerts = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
      alerts { nodes { identifier { system value } } } } }`
    const answer = await network.ask('nurse', alerts, { identifier })
    const found = dataOf<{
      patient: { alerts: { nodes: { identifier: object[] }[] } }
    }>(answer).patient.alerts.nodes.flatMap((one) => one.identifier)
    const [assessed] = nodes[1]?.assessed ?? []
    expect(assessed?.kind).toBe('ALERT')
    expect(found).toContainEqual(assessed?.identifier)
  })

  it('are paged', async () => {
    const first = await assessmentsOf({ first: 1 })
    const second = await assessmentsOf({ first: 1, after: first.pageInfo.endCursor })
    expect([first.pageInfo.hasNextPage, second.nodes.length]).toEqual([true, 1])
  })

  it('are refused to who has no role in the patient’s care', async () => {
    const { nodes, complete } = await assessmentsOf({}, 'secretary')
    expect([nodes, complete]).toEqual([[], false])
  })

  it('are answered by the example of the command line', async () => {
    const file = new URL('../../examples/assessments.graphql', import.meta.url)
    const answer = await network.ask('nurse', readFileSync(file, 'utf8'), { identifier })
    expect(dataOf(answer)).toMatchObject({
      patient: { assessments: { complete: true, nodes: [{}, { finding: [{}] }] } },
    })
  })
})

describe('what is closed', () => {
  afterEach(() => liftAll(network, 'patient'))

  it('stays closed, and is told to the patient by the access log', async () => {
    const { nodes } = await assessmentsOf()
    await change(network, 'patient', 'block', { data: { dataClass: 'ClinicalImpression' } })
    const blocked = await assessmentsOf()
    expect([blocked.nodes, blocked.complete]).toEqual([[], false])
    expect((await assessmentsOf({}, 'patient')).nodes).toHaveLength(2)
    const log = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
      accessLog(first: 200) { nodes { text items } } } }`
    const answer = await network.ask('patient', log, { identifier })
    const logged = dataOf<{
      patient: { accessLog: { nodes: { text: string; items: string[] }[] } }
    }>(answer).patient.accessLog.nodes
    const own = logged.filter(({ text }) => text.includes('vurderinger'))
    expect(own.flatMap(({ items }) => items)).toEqual(
      expect.arrayContaining(nodes.map(({ id }) => id)),
    )
  })
})

describe('a source that is down', () => {
  it('is told, and empties nobody else’s list', async () => {
    network.faults.hospital?.behave('cut')
    const { nodes, complete } = await assessmentsOf()
    expect([nodes.length, complete]).toEqual([1, false])
  })
})
