import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { demoPlans } from '@kilde/demo'
import { organizations, patients } from '@kilde/people'
import { dataOf } from '../../kit/answers.js'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { change, liftAll } from '../privacy/settings.js'

const QUERY = `query ($identifier: PatientIdentifier!, $classes: [String!]!) {
  patient(identifier: $identifier) { availability(classes: $classes) {
    items { source { number name } dataClass holds asOf }
    complete completeness { agreed asked answered withheld }
    sources { organization { number } status withheld reason returned }
  } }
}`

interface Availability {
  readonly items: readonly {
    readonly source: { readonly number: string; readonly name: string }
    readonly dataClass: string
    readonly holds: string
    readonly asOf: string
  }[]
  readonly complete: boolean
  readonly completeness: { readonly agreed: number; readonly withheld: number }
  readonly sources: readonly {
    readonly organization: { readonly number: string }
    readonly status: string
    readonly withheld: string
    readonly reason: string | null
  }[]
}

const { gp, municipality, hospital, neighbour } = organizations
const CLASSES = ['Observation', 'CarePlan', 'Patient']

let network: WatchedNetwork
beforeAll(async () => {
  const until = new Date('2026-03-15T10:00:00+01:00')
  network = await startNetwork({
    organizations: ['gp', 'municipality', 'hospital', 'neighbour'],
    faults: ['neighbour'],
    data: { patient: patients.copd, organizations: ['hospital', 'municipality'], rows: 4, until },
    settings: { gp: { KILDE_DISCLOSURE: 'hidden', KILDE_HIDDEN_EVERY_MS: '20' } },
  })
  for (const { organization, bundle } of demoPlans(until))
    if (organization === 'municipality') await network.loaderTo(organization).load(bundle)
}, 120_000)
afterAll(() => network.stop())

async function availabilityOf(
  persona: string,
  classes: readonly string[] = CLASSES,
  { identifier }: { readonly identifier: string } = patients.copd,
): Promise<Availability> {
  const answer = await network.ask(persona, QUERY, { identifier, classes })
  return dataOf<{ patient: { availability: Availability } }>(answer).patient.availability
}

const saidBy = ({ items }: Availability, { number }: { readonly number: string }) =>
  Object.fromEntries(
    items
      .filter(({ source }) => source.number === number)
      .map(({ dataClass, holds }) => [dataClass, holds]),
  )
const reportOf = ({ sources }: Availability, { number }: { readonly number: string }) =>
  sources.find(({ organization }) => organization.number === number)

describe('Which organisations hold what of a patient', () => {
  afterEach(() => liftAll(network, 'patient'))

  it('is told class by class, by each whose it is, and of each as of when', async () => {
    const found = await availabilityOf('nurse')
    expect(saidBy(found, municipality)).toMatchObject({ Observation: 'YES', CarePlan: 'YES' })
    expect(saidBy(found, hospital)).toMatchObject({ Observation: 'YES', CarePlan: 'NO' })
    expect(saidBy(found, neighbour)).toMatchObject({ Observation: 'NO', CarePlan: 'NO' })
    expect(found.items.map(({ source }) => source.number)).toEqual(
      found.items.map(({ source }) => source.number).toSorted(),
    )
    expect(found.items[0]?.source.name).toEqual(expect.any(String))
    expect(found.items.every(({ asOf }) => Date.parse(asOf) > Date.now() - 600_000)).toBe(true)
  })

  it('is unknown of whoever never tells what it withholds, and the answer is not complete', async () => {
    for (const who of [patients.copd, patients.none]) {
      const found = await availabilityOf('nurse', CLASSES, who)
      const said = Object.values(saidBy(found, gp))
      expect(said.length).toBeGreaterThan(0)
      expect(new Set(said)).toEqual(new Set(['UNKNOWN']))
      expect(reportOf(found, gp)).toMatchObject({ status: 'OK', withheld: 'NOT_DISCLOSED' })
      expect(found.complete).toBe(false)
    }
  })

  it('is unknown, never no, where the patient has blocked the class', async () => {
    await change(network, 'patient', 'block', { data: { dataClass: 'CarePlan' } })
    const found = await availabilityOf('nurse')
    expect(saidBy(found, municipality)).toMatchObject({ Observation: 'YES', CarePlan: 'UNKNOWN' })
    expect(reportOf(found, municipality)).toMatchObject({ withheld: 'OBJECTION' })
    // Nothing is there to be withheld.
    expect(saidBy(found, hospital)).toMatchObject({ CarePlan: 'NO' })
  })

  it('is unknown of classes that are none, and not asked of logs', async () => {
    const found = await availabilityOf('nurse', ['Observation', 'AuditEvent', 'Nonsense'])
    expect(saidBy(found, hospital)).toEqual({
      Observation: 'YES',
      AuditEvent: 'UNKNOWN',
      Nonsense: 'UNKNOWN',
    })
  })

  it('is refused to who may see none of the classes', async () => {
    const found = await availabilityOf('secretary', ['CarePlan'])
    expect(found.items).toEqual([])
    expect(reportOf(found, hospital)).toMatchObject({ status: 'REFUSED', reason: 'ROLE' })
  })

  it('takes 1 to 20 classes', async () => {
    const identifier = patients.copd.identifier
    for (const classes of [[], Array.from({ length: 21 }, (_, at) => `Class${'x'.repeat(at)}`)]) {
      const { body } = await network.ask('nurse', QUERY, { identifier, classes })
      expect(body.errors?.[0]?.extensions?.code).toBe('ARGUMENT_OUT_OF_RANGE')
    }
  })

  it('is an access like any other: the patient sees who asked, and about which classes', async () => {
    await availabilityOf('hospital-doctor')
    const answer = await network.ask('patient', LOG, { identifier: patients.copd.identifier })
    const { nodes } = dataOf<Logged>(answer).patient.accessLog
    const asked = nodes.filter(({ fields }) => fields.includes('ClassAvailability.holds'))
    expect(asked.length).toBeGreaterThan(0)
    expect(asked[0]?.classes.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['CarePlan', 'Observation', 'Patient']),
    )
    expect(asked.flatMap(({ items }) => items)).toEqual([])
  })

  it('is not known of who does not answer: the source says so, and nothing is there of it', async () => {
    network.faults.neighbour?.behave('cut')
    const found = await availabilityOf('nurse')
    expect(saidBy(found, neighbour)).toEqual({})
    expect(reportOf(found, neighbour)).toMatchObject({ status: 'UNREACHABLE' })
    expect(found.complete).toBe(false)
  })
})

const LOG = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
  accessLog(first: 200) { nodes { classes { code } fields items } } } }`

interface Logged {
  readonly patient: {
    readonly accessLog: {
      readonly nodes: readonly {
        readonly classes: readonly { readonly code: string }[]
        readonly fields: readonly string[]
        readonly items: readonly string[]
      }[]
    }
  }
}
