import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { operator, organizations, patients, personas } from '@kilde/people'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { askObservations } from '../../kit/observations.js'
import { type Entry, everything, readLog, tryLog } from './read-log.js'
import { readReceipts, rootOf } from './receipts.js'

const { municipality, hospital, gp } = organizations
const patient = patients.copd

let network: WatchedNetwork
let disclosed: readonly string[] = []
beforeAll(async () => {
  network = await startNetwork({
    organizations: ['municipality', 'hospital', 'gp'],
    faults: ['gp'],
    data: {
      patient,
      organizations: ['municipality', 'hospital'],
      rows: 8,
      until: new Date('2026-03-15T10:00:00+01:00'),
    },
  })
  const question = { patient, rows: 'id valueText' }
  const { nodes } = await askObservations<{ id: string }>(network, 'hospital-doctor', question)
  disclosed = nodes.map(({ id }) => id)
}, 120_000)
afterAll(() => network?.stop(), 60_000)

const reads = { filter: { by: ['PROFESSIONAL', 'SYSTEM'], classes: ['Observation'] } }

describe('the patient’s log', () => {
  it('tells what a doctor did, from the gateway and from every organisation that was asked', async () => {
    const log = await readLog(network, { ...reads, filter: { ...reads.filter, outcome: READ } })
    expect(log.complete).toBe(true)
    expect(log.sources.map(({ organization }) => organization.name)).toEqual(
      [municipality, hospital, gp, operator].map(({ name }) => name),
    )
    const told = log.nodes.map(
      (entry) => `${entry.recordedBy[0]?.organization.name}: ${entry.text}`,
    )
    const who = 'Henrik Lungelege (lege) ved Fjordheim sykehus HF'
    const what = 'målinger og vurderinger'
    const why = 'for å gi behandling (Poliklinisk kontroll)'
    expect(told.sort()).toEqual([
      `Bryggen legekontor: Noen ved Fjordheim sykehus HF spurte etter ${what} hos Bryggen legekontor, som ikke ga ut noe, for å gi behandling.`,
      `Fjordheim sykehus HF: ${who} fikk se ${what} (4 rader) hos Fjordheim sykehus HF, ${why}.`,
      `Kilde Drift IKS: ${who} spurte gjennom Kilde Drift IKS etter ${what} og fikk se noe (8 rader) fra Solvik kommune og Fjordheim sykehus HF, ${why}.`,
      `Solvik kommune: ${who} fikk se ${what} (4 rader) hos Solvik kommune, ${why}.`,
    ])
  })

  it('names each row that was given out, and joins gateway and organisations by trace and decision', async () => {
    const { nodes } = await readLog(network, {
      ...reads,
      filter: { ...reads.filter, outcome: READ },
    })
    expect(nodes.flatMap(({ items }) => items).sort()).toEqual([...disclosed].sort())
    expect(new Set(nodes.map(({ trace }) => trace)).size).toBe(1)
    const known = nodes.filter(({ who }) => who.name !== null)
    expect(new Set(known.map(({ decision }) => decision?.id))).toEqual(
      new Set(['hospital-doctor-1']),
    )
    expect(known.map(({ who }) => who)).toEqual(
      known.map(() => ({
        kind: 'PROFESSIONAL',
        name: 'Henrik Lungelege',
        role: { code: 'LE', text: 'doctor' },
        organization: { name: 'Fjordheim sykehus HF' },
      })),
    )
    const gateway = nodes.find(({ asked }) => asked.length > 0)
    expect(gateway?.asked).toEqual([
      { organization: { name: municipality.name }, status: 'OK', returned: 4 },
      { organization: { name: hospital.name }, status: 'OK', returned: 4 },
      { organization: { name: gp.name }, status: 'EMPTY', returned: 0 },
    ])
  })

  it('finds an access by the row that it gave out, and by its decision', async () => {
    const [item = ''] = disclosed
    const byItem = await readLog(network, { filter: { item, outcome: ['READ'] } })
    expect(byItem.nodes.map(({ items }) => items.includes(item))).toEqual([true])
    const byDecision = await readLog(network, { filter: { decisionRef: 'hospital-doctor-1' } })
    expect(byDecision.nodes).toHaveLength(3)
  })

  it('gives each entry a receipt that leads to a root which the log has signed', async () => {
    const receipts = await readReceipts(network)
    expect(receipts.length).toBeGreaterThan(3)
    for (const receipt of receipts) {
      expect(rootOf(receipt)).toBe(receipt.rootHash)
      const [, said = ''] = receipt.treeHead.split('.')
      expect(JSON.parse(Buffer.from(said, 'base64url').toString())).toMatchObject({
        tree_size: receipt.treeSize,
        sha256_root_hash: receipt.rootHash,
      })
    }
  })

  it('goes on page by page, each entry once, in the one order in both directions', async () => {
    const whole = await readLog(network, { first: 1_000 })
    const ids = whole.nodes.map(({ id }) => id)
    expect(ids.length).toBeGreaterThan(5)
    expect(await everything(network, { first: 2 })).toEqual(ids)
    const backwards = await everything(network, { first: 3, order: 'OLDEST_FIRST' })
    expect(backwards).toEqual(ids.toReversed())
  })

  it('leaves the patient’s own look-ups of it out, unless they are asked for', async () => {
    const own = (entry: Entry) => entry.classes.some(({ code }) => code === 'AuditEvent')
    expect((await readLog(network, { first: 1_000 })).nodes.filter(own)).toEqual([])
    const filter = { ownLookups: true, by: ['PATIENT'] }
    const [first] = (await readLog(network, { filter })).nodes.filter(own)
    expect(first).toMatchObject({ outcome: 'READ', who: { kind: 'PATIENT', name: 'Kari Kols' } })
    expect(first?.text).toMatch(/^Du (spurte gjennom|fikk se) /)
  })

  it('holds no number of any person, whatever is asked of it', async () => {
    const text = JSON.stringify(
      await readLog(network, { first: 1_000, filter: { ownLookups: true } }),
    )
    const numbers = [...Object.values(patients), ...personas].flatMap(numbersOf)
    expect(numbers.filter((number) => text.includes(number))).toEqual([])
  })

  it('is refused to a professional, by every organisation, and says so', async () => {
    const log = await readLog(network, {}, 'hospital-doctor')
    expect(log.nodes).toEqual([])
    expect(log.complete).toBe(false)
    expect(log.sources.map(({ status, reason }) => [status, reason])).toEqual([
      ['REFUSED', 'POLICY'],
    ])
  })

  it('is refused for another person’s number', async () => {
    const answer = await tryLog(network, {}, 'patient', patients.diabetes.identifier)
    const log = answer.body.data?.patient.accessLog
    expect(log?.nodes).toEqual([])
    expect(new Set(log?.sources.map(({ status }) => status))).toEqual(new Set(['REFUSED']))
    expect(log?.complete).toBe(false)
  })

  it('is incomplete, and says which log is missing, where one does not answer', async () => {
    network.faults.gp?.behave('cut')
    const log = await readLog(network, {})
    expect(log.complete).toBe(false)
    const missing = log.sources.filter(({ status }) => status !== 'OK')
    expect(missing.map(({ organization }) => organization.name)).toEqual([gp.name])
    network.faults.gp?.behave('pass')
  })

  it('is incomplete without the gateway’s own log', async () => {
    await network.services.operator?.stop()
    const log = await readLog(network, {})
    expect(log.complete).toBe(false)
    expect(
      log.sources.find(({ organization }) => organization.name === operator.name)?.status,
    ).toBe('UNREACHABLE')
  })
})

const READ = ['READ', 'EMPTY']

const numbersOf = (person: {
  readonly identifier?: string
  readonly pid?: string
  readonly hprNumber?: string
}): readonly string[] =>
  [person.identifier, person.pid, person.hprNumber].filter((number) => number !== undefined)
