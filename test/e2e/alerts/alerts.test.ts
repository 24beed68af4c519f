import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { demoAlerts, demoPlans } from '@kilde/demo'
import { patients } from '@kilde/people'
import type { Bundle, DetectedIssue, FhirResource } from 'fhir/r4.js'
import { dataOf } from '../../kit/answers.js'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { change, liftAll } from '../privacy/settings.js'
import { type Alert, alertsOf, hospital, municipality, neighbour, statusesOf } from './ask.js'

const until = new Date('2026-03-15T10:00:00+01:00')
const identifier = patients.copd.identifier
const ownerOf = ({ provenance }: Alert) => provenance[0]?.source.number
const KEYS = ['municipality', 'hospital', 'neighbour'] as const

let network: WatchedNetwork
beforeAll(async () => {
  network = await startNetwork({ organizations: KEYS, faults: ['neighbour'] })
  for (const { organization, bundle } of [...demoPlans(until), ...demoAlerts(until)]) {
    if (KEYS.some((key) => key === organization)) await network.loaderTo(organization).load(bundle)
  }
}, 120_000)
afterAll(() => network.stop())

const seen = (persona = 'nurse', variables: Readonly<Record<string, unknown>> = {}) =>
  alertsOf(network, persona, { identifier, ...variables })

describe('alerts of several organisations', () => {
  it('come in one order, each with what became of it and who has it in hand', async () => {
    const { nodes, complete, totalCount } = await seen()
    expect(nodes.map((one) => [ownerOf(one), one.kind, one.state, one.zone])).toEqual([
      [municipality.number, 'HOME_FOLLOW_UP', 'IN_PROGRESS', 'RED'],
      [municipality.number, 'MISSING_REPORT', 'NOT_TOLD', null],
      [hospital.number, 'MISSING_REPORT', 'ACKNOWLEDGED', null],
      [neighbour.number, 'HOME_FOLLOW_UP', 'CLOSED', 'YELLOW'],
    ])
    expect([complete, totalCount]).toEqual([true, { value: 4, precision: 'EXACT' }])
    expect(nodes[0]?.handledBy).toHaveLength(1)
    expect(nodes[2]?.note).toEqual([{ text: 'Ringte pasienten. Skjemaet fylles ut i kveld.' }])
  })

  it('tell what did not come and when it was due, and there is no measurement for it', async () => {
    const { nodes } = await seen('nurse', { filter: { kind: ['MISSING_REPORT'] } })
    expect(nodes[0]?.missing).toEqual({
      ...{ what: 'MEASUREMENT', codes: ['http://loinc.org|29463-7'] },
      expectedBy: '2026-03-14T09:00:00.000Z',
    })
    const query = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
      observations { nodes { id } complete } } }`
    const answer = await network.ask('nurse', query, { identifier })
    expect(dataOf(answer)).toEqual({ patient: { observations: { nodes: [], complete: true } } })
  })

  it('lead to the plan whose zone they were raised over', async () => {
    const { nodes } = await seen('nurse', { filter: { zone: ['RED'] } })
    const query = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
      carePlans { nodes { identifier { system value } } } } }`
    const answer = dataOf<Identified>(await network.ask('nurse', query, { identifier }))
    const [trigger] = nodes[0]?.triggeredBy ?? []
    expect(trigger?.kind).toBe('PLAN')
    expect(answer.patient.carePlans.nodes.flatMap((one) => one.identifier)).toContainEqual(
      trigger?.identifier,
    )
  })

  it('are paged as one list, in either direction, and filtered by what became of them', async () => {
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
    const open = await seen('nurse', { filter: { state: ['OPEN', 'NOT_TOLD', 'IN_PROGRESS'] } })
    expect(open.nodes.map(({ id }) => id)).toEqual(paged.slice(0, 2))
  })
})

describe('a copy of an alert', () => {
  it('that tells another state is in conflict, and both are shown', async () => {
    const { bundle } = sentBy('municipality')
    await network.loaderTo('hospital').load({ ...bundle, entry: [entryOf(bundle)] } as Bundle)
    const { nodes } = await seen('nurse', { filter: { zone: ['RED'] } })
    expect(nodes.map(({ state, conflict }) => [state, conflict])).toEqual(
      expect.arrayContaining([
        ['IN_PROGRESS', true],
        ['NOT_TOLD', true],
      ]),
    )
  })

  it('passes for no current one when its owner has withdrawn it', async () => {
    const issue = entryOf(sentBy('municipality').bundle).resource as DetectedIssue
    const withdrawn: DetectedIssue = {
      ...issue,
      status: 'entered-in-error',
      meta: { ...issue.meta, versionId: '2' },
    }
    await send('municipality', withdrawn)
    expect((await seen('nurse', { filter: { zone: ['RED'] } })).nodes).toEqual([])
    await send('municipality', { ...issue, meta: { ...issue.meta, versionId: '3' } })
    const { nodes } = await seen('nurse', { filter: { zone: ['RED'] } })
    expect(nodes.map(({ provenance }) => provenance.map((one) => one.superseded))).toEqual([
      [false, true],
    ])
  })
})

describe('what is closed', () => {
  afterEach(() => liftAll(network, 'patient'))

  it('stays closed: a block of the class closes alerts and not plans', async () => {
    await change(network, 'patient', 'block', { data: { dataClass: 'DetectedIssue' } })
    const { nodes, complete } = await seen()
    expect([nodes, complete]).toEqual([[], false])
    const query = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
      carePlans { complete } } }`
    const answer = await network.ask('nurse', query, { identifier })
    expect(dataOf(answer)).toMatchObject({ patient: { carePlans: { complete: true } } })
    expect((await seen('patient')).nodes).toHaveLength(4)
  })

  it('is told to the patient by the access log, with the alerts that were given out', async () => {
    const { nodes } = await seen('hospital-doctor')
    const query = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
      accessLog(first: 200) { nodes { text classes { code } items } } } }`
    const { accessLog } = dataOf<Logged>(
      await network.ask('patient', query, { identifier }),
    ).patient
    const own = accessLog.nodes.filter(({ classes }) =>
      classes.some(({ code }) => code === 'DetectedIssue'),
    )
    expect(own.flatMap(({ items }) => items)).toEqual(
      expect.arrayContaining(nodes.map(({ id }) => id)),
    )
    expect(own[0]?.text).toContain('varsler')
  })

  it('is refused by role', async () => {
    const { nodes, complete, sources } = await seen('secretary')
    expect([nodes, complete]).toEqual([[], false])
    expect(sources.map(({ status, reason }) => `${status} ${reason ?? ''}`)).toContain(
      'REFUSED ROLE',
    )
  })
})

describe('a source that is down', () => {
  it('is told, and empties nobody else’s list', async () => {
    network.faults.neighbour?.behave('cut')
    const alerts = await seen()
    expect(alerts.complete).toBe(false)
    expect(alerts.nodes).toHaveLength(3)
    expect(statusesOf(alerts)[neighbour.number]).toBe('UNREACHABLE')
  })
})

interface Identified {
  readonly patient: { readonly carePlans: { readonly nodes: readonly { identifier: object[] }[] } }
}

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

/** The first alert of an organisation with what follows it up. */
function sentBy(key: string) {
  const sent = demoAlerts(until).find(({ organization }) => organization === key)
  if (!sent) throw new Error('no alert')
  return sent
}

function entryOf({ entry = [] }: Bundle) {
  const [first] = entry
  if (!first) throw new Error('no entry')
  return first
}

async function send(key: 'municipality' | 'hospital', resource: FhirResource): Promise<void> {
  await network.loaderTo(key).load({ resourceType: 'Bundle', type: 'batch', entry: [{ resource }] })
}
