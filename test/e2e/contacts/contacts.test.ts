import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { demoContacts } from '@kilde/demo'
import { organizations, patients } from '@kilde/people'
import type { Bundle, Communication } from 'fhir/r4.js'
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
  for (const { organization, bundle } of demoContacts(until)) {
    await network.loaderTo(organization).load(bundle)
  }
}, 120_000)
afterAll(() => network.stop())

interface Rows {
  readonly nodes: readonly {
    readonly id: string
    readonly status: string
    readonly mode: string
    readonly about: string | null
    readonly topic: { readonly text: string } | null
    readonly sentBy: string
    readonly encounter: readonly { readonly status: string }[]
    readonly conflict: boolean
    readonly provenance: readonly { readonly source: { readonly number: string } }[]
  }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly totalCount: { readonly value: number | null }
  readonly complete: boolean
}

const REST = `id status conflict provenance { source { number } } }
  pageInfo { hasNextPage endCursor } totalCount { value } complete`
const APPOINTMENTS = `query ($identifier: PatientIdentifier!, $filter: AppointmentFilter, $first: Int, $after: Cursor) {
  patient(identifier: $identifier) { rows: appointments(filter: $filter, first: $first, after: $after) {
    nodes { mode about: description encounter { status } ${REST} } } }`
const MESSAGES = `query ($identifier: PatientIdentifier!, $filter: CommunicationFilter, $first: Int, $after: Cursor) {
  patient(identifier: $identifier) { rows: communications(filter: $filter, first: $first, after: $after) {
    nodes { topic { text } sentBy ${REST} } } }`

async function rowsOf(
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
  persona = 'nurse',
): Promise<Rows> {
  const answer = await network.ask(persona, query, { identifier, ...variables })
  return dataOf<{ patient: { rows: Rows } }>(answer).patient.rows
}

describe('appointments of several organisations', () => {
  it('come in one order, what is to come first, with how they are held and what came of them', async () => {
    const { nodes, complete } = await rowsOf(APPOINTMENTS)
    expect(complete).toBe(true)
    expect(
      nodes.map(({ provenance, mode, status }) => [provenance[0]?.source.number, mode, status]),
    ).toEqual([
      [hospital.number, 'UNKNOWN', 'BOOKED'],
      [municipality.number, 'VIDEO', 'BOOKED'],
      [municipality.number, 'VIDEO', 'FULFILLED'],
    ])
    expect(nodes.map(({ encounter }) => encounter)).toEqual([[], [], [{ status: 'FINISHED' }]])
  })

  it('are found by how they are held and by period, and paged', async () => {
    const period = { start: until.toISOString() }
    const coming = await rowsOf(APPOINTMENTS, { filter: { mode: ['VIDEO'], period } })
    expect(coming.nodes.map(({ status }) => status)).toEqual(['BOOKED'])
    const first = await rowsOf(APPOINTMENTS, { first: 2 })
    const second = await rowsOf(APPOINTMENTS, { first: 2, after: first.pageInfo.endCursor })
    expect([first.nodes.length, second.nodes.length, second.pageInfo.hasNextPage]).toEqual([
      ...[2, 1],
      false,
    ])
  })

  it('are answered by the example of the command line, with the messages', async () => {
    const file = new URL('../../examples/appointments.graphql', import.meta.url)
    const answer = await network.ask('nurse', readFileSync(file, 'utf8'), { identifier })
    expect(dataOf(answer)).toMatchObject({
      patient: {
        appointments: { complete: true, nodes: [{}, {}, {}] },
        communications: { complete: true, nodes: [{ sentBy: 'STAFF' }, { sentBy: 'PATIENT' }] },
      },
    })
  })
})

describe('messages', () => {
  it('are told with who and about what, and found by who sent them', async () => {
    const { nodes, totalCount } = await rowsOf(MESSAGES, { filter: { sentBy: ['PATIENT'] } })
    expect(nodes.map(({ topic }) => topic?.text)).toEqual(['Mer tungpust enn vanlig'])
    expect(totalCount.value).toBe(1)
  })

  it('are joined with a copy elsewhere, and never told with what they say', async () => {
    const word = 'ordene-i-meldingen'
    const copy = { ...messageOf('melding-1'), payload: [{ contentString: word }] }
    const bundle: Bundle = { resourceType: 'Bundle', type: 'batch', entry: [{ resource: copy }] }
    await network.loaderTo('hospital').load(bundle)
    const { nodes } = await rowsOf(MESSAGES)
    expect(nodes).toHaveLength(2)
    expect(nodes.map(({ provenance, conflict }) => [provenance.length, conflict])).toEqual([
      [1, false],
      [2, false],
    ])
  })
})

describe('what is closed', () => {
  afterEach(() => liftAll(network, 'patient'))

  it('stays closed: a block of messages closes no appointments', async () => {
    await change(network, 'patient', 'block', { data: { dataClass: 'Communication' } })
    const messages = await rowsOf(MESSAGES)
    expect([messages.nodes, messages.complete]).toEqual([[], false])
    expect((await rowsOf(APPOINTMENTS)).nodes).toHaveLength(3)
    expect((await rowsOf(MESSAGES, {}, 'patient')).nodes).toHaveLength(2)
  })

  it('is told to the patient by the access log', async () => {
    const { nodes } = await rowsOf(APPOINTMENTS, {}, 'hospital-doctor')
    const log = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
      accessLog(first: 200) { nodes { text items } } } }`
    const answer = await network.ask('patient', log, { identifier })
    const logged = dataOf<{
      patient: { accessLog: { nodes: { text: string; items: string[] }[] } }
    }>(answer).patient.accessLog.nodes
    const own = logged.filter(({ text }) => text.includes('videokonsultasjoner'))
    expect(own.flatMap(({ items }) => items)).toEqual(
      expect.arrayContaining(nodes.map(({ id }) => id)),
    )
  })
})

describe('a source that is down', () => {
  it('is told, and empties nobody else’s list', async () => {
    network.faults.hospital?.behave('cut')
    const { nodes, complete } = await rowsOf(APPOINTMENTS)
    expect([nodes.length, complete]).toEqual([2, false])
  })
})

function messageOf(id: string): Communication {
  const resources = demoContacts(until).flatMap(({ bundle }) => bundle.entry ?? [])
  const found = resources.find(({ resource }) => resource?.id === id)?.resource
  if (found?.resourceType !== 'Communication') throw new Error('no message')
  return found as Communication
}
