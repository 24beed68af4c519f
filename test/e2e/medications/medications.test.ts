import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { demoMedications } from '@kilde/demo'
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
  for (const { organization, bundle } of demoMedications(until)) {
    await network.loaderTo(organization).load(bundle)
  }
}, 120_000)
afterAll(() => network.stop())

interface Medications {
  readonly nodes: readonly {
    readonly id: string
    readonly status: string
    readonly medication: { readonly text: string }
    readonly list: { readonly owner: { readonly number: string }; readonly kind: string }
    readonly prescriber: { readonly display: string } | null
    readonly reason: readonly { readonly text: string }[]
    readonly possibleDuplicateOf: readonly string[]
  }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly complete: boolean
}

const MEDICATIONS = `query ($identifier: PatientIdentifier!, $filter: MedicationListEntryFilter, $first: Int, $after: Cursor) {
  patient(identifier: $identifier) { medications(filter: $filter, first: $first, after: $after) {
    nodes { id status medication { text } list { owner { number } kind } prescriber { display } reason { text } possibleDuplicateOf }
    pageInfo { hasNextPage endCursor } complete } } }`

async function medicationsOf(
  variables: Readonly<Record<string, unknown>> = {},
  persona = 'nurse',
): Promise<Medications> {
  const answer = await network.ask(persona, MEDICATIONS, { identifier, ...variables })
  return dataOf<{ patient: { medications: Medications } }>(answer).patient.medications
}

describe('lists of medicines of several organisations', () => {
  it('stay apart: each entry says whose list it stands in, and none is made one with another', async () => {
    const { nodes, complete } = await medicationsOf()
    expect(complete).toBe(true)
    expect(nodes.map(({ list, status }) => [list.owner.number, list.kind, status])).toEqual([
      [hospital.number, 'OF_PROFESSIONALS', 'STOPPED'],
      [municipality.number, 'REPORTED_BY_PATIENT', 'ACTIVE'],
      [municipality.number, 'OF_PROFESSIONALS', 'ACTIVE'],
    ])
    const [first, , third] = nodes
    expect(first?.medication).toEqual(third?.medication)
    expect(nodes.flatMap(({ possibleDuplicateOf }) => possibleDuplicateOf)).toEqual([])
  })

  it('tell of a prescription with the statement that rests on it', async () => {
    const { nodes } = await medicationsOf({ filter: { kind: ['PRESCRIPTION'] } })
    expect(nodes).toEqual([])
    const all = await medicationsOf({ filter: { status: ['ACTIVE'] } })
    expect(all.nodes.map(({ prescriber }) => prescriber !== null)).toEqual([false, true])
  })

  it('are paged, and found by the medicine', async () => {
    const first = await medicationsOf({ first: 2 })
    const second = await medicationsOf({ first: 2, after: first.pageInfo.endCursor })
    expect([first.nodes.length, second.nodes.length]).toEqual([2, 1])
    const found = await medicationsOf({ filter: { code: ['http://www.whocc.no/atc|H02AB06'] } })
    expect(found.nodes.map(({ list }) => list.kind)).toEqual(['REPORTED_BY_PATIENT'])
  })

  it('are refused to who has no role in the patient’s care', async () => {
    const { nodes, complete } = await medicationsOf({}, 'secretary')
    expect([nodes, complete]).toEqual([[], false])
  })

  it('are answered by the example of the command line', async () => {
    const file = new URL('../../examples/medications.graphql', import.meta.url)
    const answer = await network.ask('nurse', readFileSync(file, 'utf8'), { identifier })
    expect(dataOf(answer)).toMatchObject({
      patient: {
        medications: {
          complete: true,
          nodes: [{ reportedBy: 'PATIENT' }, { dosage: [{ timing: { frequency: 1 } }] }],
        },
      },
    })
  })
})

describe('what is closed', () => {
  afterEach(() => liftAll(network, 'patient'))

  it('stays closed, and is told to the patient by the access log', async () => {
    const { nodes } = await medicationsOf()
    await change(network, 'patient', 'block', { data: { dataClass: 'MedicationStatement' } })
    const blocked = await medicationsOf()
    expect([blocked.nodes, blocked.complete]).toEqual([[], false])
    expect((await medicationsOf({}, 'patient')).nodes).toHaveLength(3)
    const log = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
      accessLog(first: 200) { nodes { text items } } } }`
    const answer = await network.ask('patient', log, { identifier })
    const logged = dataOf<{
      patient: { accessLog: { nodes: { text: string; items: string[] }[] } }
    }>(answer).patient.accessLog.nodes
    const own = logged.filter(({ text }) => text.includes('legemidler i egen liste'))
    expect(own.flatMap(({ items }) => items)).toEqual(
      expect.arrayContaining(nodes.map(({ id }) => id)),
    )
  })
})

describe('a source that is down', () => {
  it('is told, and empties nobody else’s list', async () => {
    network.faults.hospital?.behave('cut')
    const { nodes, complete } = await medicationsOf()
    expect([nodes.length, complete]).toEqual([2, false])
  })
})
