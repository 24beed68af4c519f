import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { demoPlans } from '@kilde/demo'
import { patients } from '@kilde/people'
import type { Bundle, CarePlan, FhirResource } from 'fhir/r4.js'
import { dataOf } from '../../kit/answers.js'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { change, liftAll } from '../privacy/settings.js'
import { hospital, municipality, neighbour, type Plan, plansOf, statusesOf } from './ask.js'

const until = new Date('2026-03-15T10:00:00+01:00')
const identifier = patients.copd.identifier
const ownerOf = ({ provenance }: Plan) => provenance[0]?.source.number

let network: WatchedNetwork
beforeAll(async () => {
  network = await startNetwork({
    organizations: ['municipality', 'hospital', 'neighbour'],
    faults: ['neighbour'],
  })
  for (const { organization, bundle } of demoPlans(until)) {
    if (organization !== 'rehabilitation') await network.loaderTo(organization).load(bundle)
  }
}, 120_000)
afterAll(() => network.stop())

const seen = (persona = 'nurse', variables: Readonly<Record<string, unknown>> = {}) =>
  plansOf(network, persona, { identifier, ...variables })

describe('plans of several organisations', () => {
  it('come in one order with zones, goals and measurements, and what is missing is told', async () => {
    const { nodes, complete, totalCount, sources } = await seen()
    expect(nodes.map((plan) => [ownerOf(plan), plan.kind, plan.status])).toEqual([
      [hospital.number, 'SELF_TREATMENT', 'ACTIVE'],
      [hospital.number, 'TREATMENT', 'ACTIVE'],
      [municipality.number, 'SELF_TREATMENT', 'ACTIVE'],
      [neighbour.number, 'SELF_TREATMENT', 'COMPLETED'],
    ])
    expect(complete).toBe(true)
    expect(totalCount).toEqual({ value: 4, precision: 'EXACT' })
    expect(sources).toHaveLength(3)
    const plan = nodes[2]
    expect(plan?.zones.map(({ level, order }) => [level, order])).toEqual([
      ['GREEN', 1],
      ['YELLOW', 2],
      ['RED', 3],
    ])
    expect(plan?.zones[2]?.action).toEqual([{ text: 'Ring 113.' }])
    expect(plan?.goal[0]?.target).toEqual([
      { codes: ['http://loinc.org|2708-6'], detailText: '88 % – 92 %', low: { value: 88 } },
    ])
    expect(plan?.activity[0]).toEqual({
      codes: ['http://loinc.org|2708-6'],
      scheduledText: '2 ganger per 1 d',
      device: { display: 'Nonin 3230' },
    })
  })

  it('lead from a plan’s measure to the measurements by its codes', async () => {
    const { nodes } = await seen()
    const codes = nodes.flatMap(({ activity }) => activity.flatMap((one) => one.codes))
    const query = `query ($identifier: PatientIdentifier!, $codes: [Code!]) {
      patient(identifier: $identifier) { observations(filter: { codes: $codes }) { complete } } }`
    const answer = await network.ask('nurse', query, { identifier, codes })
    expect(dataOf(answer)).toMatchObject({ patient: { observations: { complete: true } } })
  })

  it('are paged as one list, in either direction', async () => {
    const whole = await seen()
    const paged: string[] = []
    let after: string | null = null
    do {
      const page: Awaited<ReturnType<typeof seen>> = await seen('nurse', { first: 1, after })
      paged.push(...page.nodes.map(({ id }) => id))
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
    } while (after !== null)
    expect(paged).toEqual(whole.nodes.map(({ id }) => id))
    const { nodes } = await seen('nurse', { order: 'OLDEST_FIRST' })
    expect(nodes.map(({ id }) => id)).toEqual(paged.toReversed())
  })
})

describe('two self-treatment plans in force', () => {
  it('are a conflict, each naming the other, on whatever page and under whatever filter', async () => {
    const { nodes, conflict } = await seen()
    expect(conflict).toBe(true)
    const active = nodes.filter(
      ({ kind, status }) => kind === 'SELF_TREATMENT' && status === 'ACTIVE',
    )
    expect(active).toHaveLength(2)
    for (const plan of active) {
      expect(plan.activeBeside).toEqual(
        active.filter(({ id }) => id !== plan.id).map(({ id }) => id),
      )
    }
    const first = await seen('nurse', { first: 1 })
    expect(first.conflict).toBe(true)
    expect(first.nodes[0]?.activeBeside).toHaveLength(1)
    const other = await seen('nurse', { filter: { kind: ['TREATMENT'] } })
    expect(other.nodes.map(({ activeBeside }) => activeBeside)).toEqual([[]])
    expect(other.conflict).toBe(true)
    const one = await seen('nurse', { filter: { sources: [municipality.number] } })
    expect(one.conflict).toBe(false)
  })

  it('are none any more when one is ended, and its copy elsewhere passes for no current one', async () => {
    const plan = planOf('municipality')
    await network.loaderTo('hospital').load(bundleOf('municipality'))
    const copied = await seen('nurse', { filter: { status: ['ACTIVE'], kind: ['SELF_TREATMENT'] } })
    expect(copied.nodes).toHaveLength(2)
    await send('municipality', revoked(plan, '2'))
    const { nodes, conflict } = await seen('nurse', { filter: { status: ['ACTIVE'] } })
    expect(conflict).toBe(false)
    expect(nodes.map(ownerOf)).toEqual([hospital.number, hospital.number])
    const ended = await seen('nurse', { filter: { status: ['REVOKED'] } })
    expect(ended.nodes.map(({ provenance }) => provenance.map((one) => one.superseded))).toEqual([
      [false, true],
    ])
    await send('municipality', { ...plan, meta: { ...plan.meta, versionId: '3' } })
    expect((await seen()).conflict).toBe(true)
  })
})

describe('what is closed', () => {
  afterEach(() => liftAll(network, 'patient'))

  it('stays closed: a block of the class closes plans and not measurements', async () => {
    await change(network, 'patient', 'block', { data: { dataClass: 'CarePlan' } })
    const { nodes, complete, conflict } = await seen()
    expect([nodes, complete, conflict]).toEqual([[], false, false])
    const answer = await network.ask('nurse', OBSERVATIONS, { identifier })
    expect(dataOf(answer)).toMatchObject({ patient: { observations: { complete: true } } })
    expect((await seen('patient')).nodes).toHaveLength(4)
  })

  it('is told to the patient by the access log, with the plans that were given out', async () => {
    const { nodes } = await seen('hospital-doctor')
    const answer = await network.ask('patient', LOG, { identifier })
    const { accessLog } = dataOf<Logged>(answer).patient
    const own = accessLog.nodes.filter(({ classes }) =>
      classes.some(({ code }) => code === 'CarePlan'),
    )
    expect(own.flatMap(({ items }) => items)).toEqual(
      expect.arrayContaining(nodes.map(({ id }) => id)),
    )
    expect(own[0]?.text).toContain('egenbehandlingsplaner')
  })
})

describe('who may see plans', () => {
  it('is refused by role, of a class as of any other', async () => {
    const { nodes, sources, complete } = await seen('secretary')
    expect(nodes).toEqual([])
    expect(complete).toBe(false)
    expect(new Set(sources.map(({ status, reason }) => `${status} ${reason ?? ''}`))).toContain(
      'REFUSED ROLE',
    )
  })
})

describe('a source that is down', () => {
  it('is told, and empties nobody else’s list', async () => {
    network.faults.neighbour?.behave('cut')
    const plans = await seen()
    expect(plans.complete).toBe(false)
    expect(plans.nodes.length).toBeGreaterThanOrEqual(3)
    expect(statusesOf(plans)[neighbour.number]).toBe('UNREACHABLE')
    expect(plans.conflict).toBe(true)
  })
})

const OBSERVATIONS = `query ($identifier: PatientIdentifier!) {
  patient(identifier: $identifier) { observations { complete } } }`
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

/** The first plan of an organisation with all that belongs to it, as the organisation sends it. */
function bundleOf(key: string): Bundle {
  const sent = demoPlans(until).find(({ organization }) => organization === key)
  if (!sent) throw new Error('no plan')
  return sent.bundle
}

/** The plan alone. */
function planOf(key: string): CarePlan {
  const plan = bundleOf(key).entry?.[0]?.resource as FhirResource | undefined
  if (plan?.resourceType !== 'CarePlan') throw new Error('no plan')
  return plan
}

const revoked = (plan: CarePlan, versionId: string): CarePlan => ({
  ...plan,
  status: 'revoked',
  meta: { ...plan.meta, versionId },
})

async function send(key: 'municipality' | 'hospital', plan: CarePlan): Promise<void> {
  const bundle: Bundle = { resourceType: 'Bundle', type: 'batch', entry: [{ resource: plan }] }
  await network.loaderTo(key).load(bundle)
}
