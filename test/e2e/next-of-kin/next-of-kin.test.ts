import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { demoNextOfKin } from '@kilde/demo'
import { organizations, patients } from '@kilde/people'
import { dataOf } from '../../kit/answers.js'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { change, liftAll } from '../privacy/settings.js'

const { hospital, municipality } = organizations
const until = new Date('2026-03-15T10:00:00+01:00')
const identifier = patients.copd.identifier
const NUMBER = '05898597468'

let network: WatchedNetwork
beforeAll(async () => {
  network = await startNetwork({
    organizations: ['municipality', 'hospital'],
    faults: ['hospital'],
  })
  for (const { organization, bundle } of demoNextOfKin(until)) {
    const identified = JSON.parse(JSON.stringify(bundle), (_, value) =>
      value?.resourceType === 'RelatedPerson'
        ? { ...value, identifier: [{ system: 'urn:oid:2.16.578.1.12.4.1.4.1', value: NUMBER }] }
        : value,
    )
    await network.loaderTo(organization).load(identified)
  }
}, 120_000)
afterAll(() => network.stop())

interface Kin {
  readonly nodes: readonly {
    readonly name: { readonly text: string }
    readonly roles: readonly string[]
    readonly telecom: readonly { readonly value: string }[]
    readonly provenance: readonly { readonly source: { readonly number: string } }[]
  }[]
  readonly complete: boolean
}

const KIN = `query ($identifier: PatientIdentifier!, $filter: RelatedPersonFilter) {
  patient(identifier: $identifier) { nextOfKin(filter: $filter) {
    nodes { name { text } roles telecom { value } identifier { value } provenance { source { number } } }
    edges { cursor } complete } } }`

async function kinOf(filter: object = {}, persona = 'nurse'): Promise<Kin> {
  const answer = await network.ask(persona, KIN, { identifier, filter })
  expect(JSON.stringify(answer)).not.toContain(NUMBER)
  return dataOf<{ patient: { nextOfKin: Kin } }>(answer).patient.nextOfKin
}

describe('next of kin of several organisations', () => {
  it('are shown as each knows them, never joined by a number', async () => {
    const { nodes, complete } = await kinOf()
    expect(complete).toBe(true)
    const told = nodes.map(({ name, telecom, provenance }) => [
      ...[name.text, telecom[0]?.value],
      provenance.map(({ source }) => source.number).join(),
    ])
    expect(told).toEqual([
      ['Dagny Kols', '+47 99 00 00 02', hospital.number],
      ['Vidar Vik', '+47 99 00 00 03', municipality.number],
      ['Dagny Kols', '+47 99 00 00 01', municipality.number],
    ])
  })

  it('are found by what they are to the patient', async () => {
    const { nodes } = await kinOf({ role: ['LEGAL_REPRESENTATIVE', 'NEAREST'] })
    expect(nodes.flatMap(({ roles }) => roles)).toEqual(['LEGAL_REPRESENTATIVE', 'NEAREST'])
  })

  it('are answered by the example of the command line', async () => {
    const file = new URL('../../examples/next-of-kin.graphql', import.meta.url)
    const answer = await network.ask('nurse', readFileSync(file, 'utf8'), { identifier })
    expect(dataOf(answer)).toMatchObject({
      patient: { nextOfKin: { complete: true, nodes: [{}, {}, {}] } },
    })
  })

  it('are told to the patient', async () => {
    expect((await kinOf({}, 'patient')).nodes).toHaveLength(3)
  })
})

describe('what is closed', () => {
  afterEach(() => liftAll(network, 'patient'))

  it('stays closed', async () => {
    await change(network, 'patient', 'block', { data: { dataClass: 'RelatedPerson' } })
    const blocked = await kinOf()
    expect([blocked.nodes, blocked.complete]).toEqual([[], false])
  })

  it('is closed to whoever represents somebody else', async () => {
    const answer = await network.ask('parent', KIN, {
      identifier: patients.child.identifier,
      filter: {},
    })
    const { nodes, complete } = dataOf<{ patient: { nextOfKin: Kin } }>(answer).patient.nextOfKin
    expect([nodes, complete]).toEqual([[], false])
  })
})

describe('a source that is down', () => {
  it('is told, and empties nobody else’s list', async () => {
    network.faults.hospital?.behave('cut')
    const { nodes, complete } = await kinOf()
    expect([nodes.length, complete]).toEqual([2, false])
  })
})
