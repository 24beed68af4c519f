import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { demoStories } from '@kilde/demo'
import { organizations, patients } from '@kilde/people'
import type { Observation } from 'fhir/r4.js'
import { dataOf } from '../../kit/answers.js'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { change, liftAll } from '../privacy/settings.js'
import { type Device, devices, listOf, pagesOf } from './ask.js'
import { type Dispense, dispenses } from './dispenses.js'

const until = new Date('2026-03-15T10:00:00+01:00')
const identifier = patients.copd.identifier
const { municipality, hospital, neighbour } = organizations
const oximeter = 'https://kilde.example/namingsystem/serial-number|3230-118802'

const OF_EQUIPMENT = new Set(['DeviceUseStatement', 'MedicationDispense'])

let network: WatchedNetwork
beforeAll(async () => {
  network = await startNetwork({
    organizations: ['municipality', 'hospital', 'neighbour'],
    faults: ['neighbour'],
  })
  for (const { organization, bundle } of demoStories(until)) {
    const types = (bundle.entry ?? []).map(({ resource }) => resource?.resourceType)
    if (organization !== 'rehabilitation' && types.some((type) => OF_EQUIPMENT.has(type ?? ''))) {
      await network.loaderTo(organization).load(bundle)
    }
  }
}, 120_000)
afterAll(() => network.stop())

const seen = (persona = 'nurse', variables: Readonly<Record<string, unknown>> = {}) =>
  listOf<Device>(network, persona, devices, { identifier, ...variables })

describe('equipment of several organisations', () => {
  it('comes in one order, copies of one device as one, with faults and whose it is', async () => {
    const { nodes, complete, sources } = await seen()
    expect(nodes.map(({ deviceName, inUse }) => [deviceName, inUse])).toEqual([
      ['NuvoAir Air Next', true],
      ...[expect.anything(), expect.anything()],
      ['Nonin 3230', false],
    ])
    expect([complete, sources.length]).toEqual([true, 3])
    const shared = nodes.find(({ identifier: [first] }) => first?.value === '3230-118802')
    expect(shared).toMatchObject({
      status: 'ACTIVE',
      statusReason: [{ coding: [{ code: 'standby' }] }],
      property: [{ valueText: '12 %' }],
      deviceVersion: [{ value: '2.1.7' }],
      owner: { display: municipality.name },
      assignedBy: { organization: { number: municipality.number } },
      returnTo: { organization: { number: municipality.number } },
      use: [{ status: 'ACTIVE', end: null }],
      conflict: false,
    })
    const at = shared?.provenance.map(({ source }) => source.number) ?? []
    expect(at.toSorted()).toEqual([municipality.number, hospital.number].toSorted())
    expect(nodes.at(-1)).toMatchObject({ status: 'INACTIVE', use: [{ status: 'COMPLETED' }] })
    expect(nodes.at(-1)?.effectiveEnd).toMatch(/^2025-11-15T23:59:59/)
  })

  it('is what the example for the command line asks for', async () => {
    const file = new URL('../../examples/devices.graphql', import.meta.url)
    const answer = await network.ask('nurse', readFileSync(file, 'utf8'), { identifier })
    expect(dataOf<{ patient: object }>(answer).patient).toMatchObject({
      devices: { complete: true, nodes: [{}, {}, {}] },
    })
  })

  it('is found by type, by identifier, and by whether the patient has it', async () => {
    const at = async (filter: Readonly<Record<string, unknown>>) =>
      (await seen('nurse', { filter })).nodes.length
    expect(await at({ inUse: true })).toBe(3)
    expect(await at({ inUse: false })).toBe(1)
    expect(await at({ type: ['http://snomed.info/sct|448703006'] })).toBe(2)
    expect(await at({ identifier: [oximeter] })).toBe(1)
    expect(await at({ status: ['INACTIVE'] })).toBe(1)
    expect(await at({ sources: [neighbour.number] })).toBe(1)
  })

  it('is paged as one list, in either direction', async () => {
    const { nodes } = await seen()
    const ids = nodes.map(({ id }) => id)
    const paged = await pagesOf((page) => seen('nurse', page), 1)
    expect(paged.map(({ id }) => id)).toEqual(ids)
    const back = await seen('nurse', { order: 'OLDEST_FIRST' })
    expect(back.nodes.map(({ id }) => id)).toEqual(ids.toReversed())
  })

  it('is led to by a measurement that was made with it', async () => {
    const [system, value] = oximeter.split('|')
    const resource: Observation = {
      resourceType: 'Observation',
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code: '2708-6' }] },
      subject: { identifier: { system: 'urn:oid:2.16.578.1.12.4.1.4.1', value: identifier } },
      effectiveDateTime: '2026-03-15T08:00:00+01:00',
      valueQuantity: { value: 91, unit: '%', system: 'http://unitsofmeasure.org', code: '%' },
      device: { identifier: { system: system ?? '', value: value ?? '' }, display: 'Nonin 3230' },
    }
    const entry = [{ resource }]
    await network.loaderTo('municipality').load({ resourceType: 'Bundle', type: 'batch', entry })
    const query = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
      observations { nodes { device { display identifier { system value } } } complete } } }`
    const answer = await network.ask('nurse', query, { identifier })
    expect(dataOf(answer)).toMatchObject({
      patient: { observations: { nodes: [{ device: { identifier: [{ system, value }] } }] } },
    })
  })
})

describe('events of a medicine dispenser', () => {
  const events = (persona = 'nurse', variables: Readonly<Record<string, unknown>> = {}) =>
    listOf<Dispense>(network, persona, dispenses, { identifier, ...variables })

  it('come newest first, are counted, paged and found by event and period', async () => {
    const { nodes, totalCount, complete } = await events()
    expect([nodes.length, totalCount.value, complete]).toEqual([29, 29, true])
    expect(nodes[0]).toMatchObject({
      event: 'DISPENSED_UNASSISTED',
      device: { display: 'Evondos E300' },
    })
    const times = nodes.map(({ effective }) => Date.parse(effective))
    expect(times).toEqual(times.toSorted((a, b) => b - a))
    const paged = await pagesOf((page) => events('nurse', page), 12)
    expect(paged.map(({ id }) => id)).toEqual(nodes.map(({ id }) => id))
    const found = async (filter: object) => (await events('nurse', { filter })).nodes.length
    expect(await found({ event: ['AS_NEEDED_DISPENSED'] })).toBe(1)
    expect(await found({ period: { start: '2026-03-14T10:00:00+01:00' } })).toBe(2)
  })

  it('are closed by a block of their class alone', async () => {
    await change(network, 'patient', 'block', { data: { dataClass: 'MedicationDispense' } })
    expect((await events()).nodes).toEqual([])
    expect((await seen()).nodes).toHaveLength(4)
    await liftAll(network, 'patient')
  })

  it('are what the example for the command line asks for', async () => {
    const file = new URL('../../examples/medicine-dispensers.graphql', import.meta.url)
    const answer = await network.ask('nurse', readFileSync(file, 'utf8'), { identifier })
    expect(dataOf<{ patient: object }>(answer).patient).toMatchObject({
      medicationDispenses: { complete: true, totalCount: { value: 29 } },
    })
  })
})

describe('equipment that is closed', () => {
  afterEach(() => liftAll(network, 'patient'))

  it('stays closed by a block of its class, or by a block of a type of device', async () => {
    await change(network, 'patient', 'block', { data: { dataClass: 'Device' } })
    const { nodes, complete } = await seen()
    expect([nodes, complete]).toEqual([[], false])
    expect((await seen('patient')).nodes).toHaveLength(4)
    await liftAll(network, 'patient')
    const code = 'http://snomed.info/sct|448703006'
    await change(network, 'patient', 'block', { data: { code } })
    expect((await seen()).nodes).toHaveLength(2)
  })

  it('is told to the patient by the access log, in words', async () => {
    const { nodes } = await seen('hospital-doctor')
    const answer = await network.ask('patient', LOG, { identifier })
    const { accessLog } = dataOf<Logged>(answer).patient
    const own = accessLog.nodes.filter(({ classes }) =>
      classes.some(({ code }) => code === 'Device'),
    )
    expect(own.flatMap(({ items }) => items)).toEqual(
      expect.arrayContaining(nodes.flatMap(({ id }) => id)),
    )
    expect(own[0]?.text).toContain('utstyr')
  })

  it('is refused by role', async () => {
    const { nodes, sources } = await seen('secretary')
    expect(nodes).toEqual([])
    expect(sources.map(({ reason }) => reason)).toContain('ROLE')
  })
})

describe('a source that is down', () => {
  it('is told, and empties nobody else’s list', async () => {
    network.faults.neighbour?.behave('cut')
    const { nodes, complete, sources } = await seen()
    expect([nodes.length, complete]).toEqual([3, false])
    const down = sources.find(({ organization }) => organization.number === neighbour.number)
    expect(down?.status).toBe('UNREACHABLE')
  })
})

const LOG = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
  accessLog(first: 200) { nodes { text classes { code } items } } } }`

interface Logged {
  readonly patient: {
    readonly accessLog: {
      readonly nodes: readonly {
        readonly text: string
        readonly classes: readonly { readonly code: string }[]
        readonly items: readonly string[]
      }[]
    }
  }
}
