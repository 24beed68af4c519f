import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { demoStories, generateRows } from '@kilde/demo'
import { patients } from '@kilde/people'
import { dataOf, refusalOf } from '../../kit/answers.js'
import { openEvents } from '../../kit/event-stream.js'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { change, liftAll } from '../privacy/settings.js'
import {
  municipality,
  neighbour,
  OVERVIEW,
  overviewOf,
  PARTS,
  partsOf,
  statusesOf,
  variablesFor,
} from './ask.js'

const until = new Date('2026-03-15T10:00:00+01:00')
const patient = patients.copd
const { identifier } = patient
const KEYS = ['municipality', 'hospital', 'neighbour'] as const

let network: WatchedNetwork
beforeAll(async () => {
  network = await startNetwork({
    organizations: KEYS,
    faults: ['neighbour'],
    settings: { gateway: { KILDE_CIRCUIT_BREAKER: 'off' } },
  })
  await network.load(
    generateRows({ patient, organizations: KEYS, rows: 30, until, seed: 'glance' }),
  )
  for (const { organization, bundle } of demoStories(until)) {
    if (KEYS.some((key) => key === organization)) await network.loaderTo(organization).load(bundle)
  }
}, 120_000)
afterAll(() => network.stop(), 60_000)

/** Each part is, to the last field, what its own field says in a question of its own. */
async function expectSame(persona: string) {
  const [overview, alone] = await Promise.all([
    overviewOf(network, persona, identifier),
    partsOf(network, persona, identifier),
  ])
  for (const part of PARTS) expect({ [part]: overview[part] }).toEqual({ [part]: alone[part] })
  return overview
}

describe('an overview of several organisations', () => {
  it('is the newest measurements, the open alerts, the plans in force and who is responsible', async () => {
    const overview = await expectSame('nurse')
    expect(overview.complete).toBe(true)
    expect(overview.missing).toEqual([])
    expect(overview.latest.items?.every(({ observation }) => observation !== null)).toBe(true)
    expect(overview.openAlerts.nodes).toHaveLength(2)
    expect(overview.activePlans).toMatchObject({ conflict: true, complete: true })
    expect(overview.responsible.nodes?.length).toBeGreaterThan(0)
    expect(overview.sources.map(({ status }) => status)).toEqual(['OK', 'OK', 'OK'])
  })

  it.each(['gp', 'hospital-doctor', 'secretary', 'patient', 'proxy'])(
    'is for %s what the same fields are alone',
    async (persona) => {
      await expectSame(persona)
    },
  )

  it('is asked without any argument, for each measurement of the code table', async () => {
    const query = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
      overview { latest { items { code } complete } } } }`
    const answer = await network.ask('nurse', query, { identifier })
    expect(dataOf(answer)).toMatchObject({
      patient: { overview: { latest: { items: { length: 19 }, complete: true } } },
    })
  })

  it('comes the general way too, where another field makes a planner of it', async () => {
    const query = OVERVIEW.replace('{\n  patient(', '{ organizations { number }\n patient(')
    const [general, direct] = await Promise.all([
      network.ask('nurse', query, variablesFor(identifier)),
      network.ask('nurse', OVERVIEW, variablesFor(identifier)),
    ])
    expect(dataOf<{ patient: object }>(general).patient).toEqual(
      dataOf<{ patient: object }>(direct).patient,
    )
  })
})

describe('an overview as events', () => {
  const open = async (query: string, variables: object) =>
    openEvents(await network.signIn('nurse'), {
      url: `${network.gateway}/graphql`,
      body: { query, variables },
    })

  it('ends as the ordinary answer', async () => {
    const stream = await open(OVERVIEW, variablesFor(identifier))
    const events = await stream.rest()
    const ordinary = await network.ask('nurse', OVERVIEW, variablesFor(identifier))
    expect(JSON.parse(events.at(-2)?.data ?? '')).toEqual({ data: ordinary.body.data })
  })

  it('is followed in its lists, and in nothing else', async () => {
    const follow = (below: string) =>
      open(
        `subscription ($identifier: PatientIdentifier!) { patient(identifier: $identifier) { overview { ${below} } } }`,
        { identifier },
      )
    const lists = await follow('openAlerts { nodes { id } sources { status } } complete')
    const first = await lists.next()
    expect(JSON.parse(first?.data ?? '')).toMatchObject({
      data: { patient: { overview: { openAlerts: { nodes: [] }, complete: false } } },
    })
    lists.leave()
    const latest = await follow('latest { complete }')
    const text = latest.status === 200 ? ((await latest.next())?.data ?? '') : await latest.text()
    const refusal = refusalOf({ status: latest.status, body: JSON.parse(text) })
    expect(refusal.code).toBe('STREAM_OF_LISTS_ONLY')
  })
})

describe('what is missing', () => {
  afterEach(() => liftAll(network, 'patient'))

  it('is told of each part where a source is down, and nobody else’s rows are', async () => {
    network.faults.neighbour?.behave('cut')
    try {
      const overview = await expectSame('nurse')
      expect(overview.complete).toBe(false)
      expect(overview.missing.map(({ part, organization }) => [part, organization.number])).toEqual(
        PARTS.map((part) => [part, neighbour.number]),
      )
      expect(statusesOf(overview)[municipality.number]).toBe('OK')
      expect(overview.openAlerts.nodes).toHaveLength(2)
    } finally {
      network.faults.neighbour?.behave('pass')
    }
  })

  it('is one part where one class is closed by the patient', async () => {
    await change(network, 'patient', 'block', { data: { dataClass: 'CarePlan' } })
    const overview = await expectSame('nurse')
    expect(new Set(overview.missing.map(({ part }) => part))).toEqual(new Set(['activePlans']))
    expect(overview.activePlans).toMatchObject({ nodes: [], complete: false })
    expect(overview.latest.complete).toBe(true)
  })

  it('is one part where an organisation refuses one class to the requester’s role', async () => {
    const { state } = await network.admin.overview()
    const agreement = state.agreements.find(({ id }) => id === 'municipality-neighbour')
    if (!agreement) throw new Error('no agreement')
    const others = agreement.dataClasses.filter((one) => one !== 'CarePlan')
    await network.admin.putAgreement({ ...agreement, dataClasses: others })
    const plans = { ...agreement, id: 'plans-for-doctors', dataClasses: ['CarePlan'] }
    await network.admin.putAgreement({ ...plans, roles: ['LE'] })
    try {
      const overview = await expectSame('nurse')
      expect(overview.missing).toMatchObject([
        {
          part: 'activePlans',
          organization: { number: neighbour.number },
          status: 'REFUSED',
          reason: 'ROLE',
        },
      ])
      expect(statusesOf(overview.latest)[neighbour.number]).toBe('OK')
    } finally {
      await network.admin.removeAgreement('plans-for-doctors')
      await network.admin.putAgreement(agreement)
    }
  })

  it('refuses the whole where the client wants all or nothing', async () => {
    await change(network, 'patient', 'block', { data: { dataClass: 'CarePlan' } })
    const answer = await network.ask('nurse', OVERVIEW, {
      ...variablesFor(identifier),
      completion: 'ALL_OR_ERROR',
    })
    expect(answer.body.errors?.[0]?.extensions?.code).toBe('ANSWER_INCOMPLETE')
  })
})

describe('the record of an overview', () => {
  it('names the classes that it disclosed, and their rows, to the patient', async () => {
    const overview = await overviewOf(network, 'hospital-doctor', identifier)
    const rows = PARTS.flatMap((part) => overview[part].nodes ?? []).map(({ id }) => id)
    const query = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
      accessLog(first: 200) { nodes { classes { code } items } } } }`
    const log = dataOf<Logged>(await network.ask('patient', query, { identifier })).patient
      .accessLog
    const classes = new Set(log.nodes.flatMap((entry) => entry.classes.map(({ code }) => code)))
    expect([...classes]).toEqual(
      expect.arrayContaining(['Observation', 'DetectedIssue', 'CarePlan', 'CareTeam']),
    )
    expect(log.nodes.flatMap(({ items }) => items)).toEqual(expect.arrayContaining(rows))
  })
})

interface Logged {
  readonly patient: {
    readonly accessLog: {
      readonly nodes: readonly {
        readonly classes: readonly { readonly code: string }[]
        readonly items: readonly string[]
      }[]
    }
  }
}
