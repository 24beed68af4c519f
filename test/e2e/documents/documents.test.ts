import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { demoDocuments } from '@kilde/demo'
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
  for (const { organization, bundle } of demoDocuments(until)) {
    await network.loaderTo(organization).load(bundle)
  }
}, 120_000)
afterAll(() => network.stop())

interface Documents {
  readonly nodes: readonly {
    readonly id: string
    readonly status: string
    readonly attachment: readonly { readonly text: string | null }[]
    readonly provenance: readonly { readonly source: { readonly number: string } }[]
  }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly complete: boolean
}

const DOCUMENTS = `query ($identifier: PatientIdentifier!, $filter: DocumentReferenceFilter, $first: Int, $after: Cursor) {
  patient(identifier: $identifier) { documents(filter: $filter, first: $first, after: $after) {
    nodes { id status attachment { text } provenance { source { number } } }
    pageInfo { hasNextPage endCursor } complete } } }`

async function documentsOf(
  variables: Readonly<Record<string, unknown>> = {},
  persona = 'nurse',
): Promise<Documents> {
  const answer = await network.ask(persona, DOCUMENTS, { identifier, ...variables })
  return dataOf<{ patient: { documents: Documents } }>(answer).patient.documents
}

describe('documents of several organisations', () => {
  it('come in one order, each with its place in the chain of corrections', async () => {
    const { nodes, complete } = await documentsOf()
    expect(complete).toBe(true)
    expect(nodes.map(({ provenance, status }) => [provenance[0]?.source.number, status])).toEqual([
      [hospital.number, 'CURRENT'],
      [municipality.number, 'CURRENT'],
      [municipality.number, 'SUPERSEDED'],
    ])
    expect(nodes[1]?.attachment[0]?.text).toContain('siden søndag')
    expect(nodes[0]?.attachment).toEqual([{ text: null }])
  })

  it('are paged, and found by kind in any code system', async () => {
    const first = await documentsOf({ first: 2 })
    const second = await documentsOf({ first: 2, after: first.pageInfo.endCursor })
    expect([first.nodes.length, second.nodes.length]).toEqual([2, 1])
    const summaries = await documentsOf({ filter: { type: ['http://loinc.org|18842-5'] } })
    expect(summaries.nodes).toHaveLength(1)
  })

  it('are refused to who has no role in the patient’s care', async () => {
    const { nodes, complete } = await documentsOf({}, 'secretary')
    expect([nodes, complete]).toEqual([[], false])
  })

  it('are answered by the example of the command line', async () => {
    const file = new URL('../../examples/documents.graphql', import.meta.url)
    const answer = await network.ask('nurse', readFileSync(file, 'utf8'), { identifier })
    expect(dataOf(answer)).toMatchObject({
      patient: {
        documents: { complete: true, nodes: [{}, { relatesTo: [{ relation: 'REPLACES' }] }] },
      },
    })
  })
})

describe('what is closed', () => {
  afterEach(() => liftAll(network, 'patient'))

  it('stays closed, and is told to the patient by the access log', async () => {
    const { nodes } = await documentsOf()
    await change(network, 'patient', 'block', { data: { dataClass: 'DocumentReference' } })
    const blocked = await documentsOf()
    expect([blocked.nodes, blocked.complete]).toEqual([[], false])
    expect((await documentsOf({}, 'patient')).nodes).toHaveLength(3)
    const log = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
      accessLog(first: 200) { nodes { text items } } } }`
    const answer = await network.ask('patient', log, { identifier })
    const logged = dataOf<{
      patient: { accessLog: { nodes: { text: string; items: string[] }[] } }
    }>(answer).patient.accessLog.nodes
    const own = logged.filter(({ text }) => text.includes('journalnotater'))
    expect(own.flatMap(({ items }) => items)).toEqual(
      expect.arrayContaining(nodes.map(({ id }) => id)),
    )
  })
})

describe('a source that is down', () => {
  it('is told, and empties nobody else’s list', async () => {
    network.faults.hospital?.behave('cut')
    const { nodes, complete } = await documentsOf()
    expect([nodes.length, complete]).toEqual([2, false])
  })
})
