import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { demoTeams } from '@kilde/demo'
import { organizations, patients } from '@kilde/people'
import type { Bundle, CareTeam, FhirResource } from 'fhir/r4.js'
import { dataOf } from '../../kit/answers.js'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { change, liftAll } from '../privacy/settings.js'
import { type Team, teamsOf } from './ask.js'

const { municipality, hospital, neighbour, homeCare } = organizations
const until = new Date('2026-03-15T10:00:00+01:00')
const copd = patients.copd.identifier
const diabetes = patients.diabetes.identifier

type Key = 'municipality' | 'hospital' | 'neighbour' | 'homeCare'

let network: WatchedNetwork
beforeAll(async () => {
  network = await startNetwork({
    organizations: ['municipality', 'hospital', 'neighbour', 'homeCare'],
    faults: ['hospital'],
  })
  for (const { organization, bundle } of demoTeams(until)) {
    if (organization !== 'rehabilitation') await network.loaderTo(organization).load(bundle)
  }
}, 120_000)
afterAll(() => network.stop())

const seen = (
  persona = 'nurse',
  identifier: string = copd,
  variables: Readonly<Record<string, unknown>> = {},
) => teamsOf(network, persona, { identifier, ...variables })
const claims = (teams: readonly Team[]) =>
  teams.map(({ claim, provenance }) => [provenance[0]?.source.number, claim])

describe('who is responsible now', () => {
  it('is told by each organisation, with hours, expected response, escalation and what ends it', async () => {
    const { nodes, complete, totalCount } = await seen()
    expect(claims(nodes)).toEqual([
      [hospital.number, 'RESPONSIBLE'],
      [municipality.number, 'RESPONSIBLE'],
      [neighbour.number, 'HANDED_OVER'],
    ])
    expect([complete, totalCount]).toEqual([true, { value: 3, precision: 'EXACT' }])
    expect(nodes[1]?.responsible).toEqual([
      {
        party: { organization: { number: municipality.number } },
        telecom: [{ value: '+47 21 00 00 10' }],
        hours: [{ days: ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'], opens: '08:00' }],
        expectedResponse: [
          { about: 'Rød måling', minutes: 30 },
          { about: 'Gul måling', minutes: null },
          { about: 'Melding', minutes: null },
        ],
        escalation: [
          'Ring legevakten på 116 117 utenfor åpningstiden.',
          'Ring 113 når det haster.',
        ],
        stopCriteria: [
          'Innleggelse i sykehjem',
          'Pasienten ønsker å slutte',
          'Stabil i seks måneder',
        ],
      },
    ])
    expect(nodes[2]?.handOver).toEqual([
      { status: 'COMPLETED', to: { organization: { number: municipality.number } } },
    ])
  })

  it('is answered by the example of the command line', async () => {
    const example = readFileSync(
      new URL('../../examples/care-teams.graphql', import.meta.url),
      'utf8',
    )
    const answer = await network.ask('nurse', example, { identifier: copd })
    expect(dataOf(answer)).toMatchObject({
      patient: { careTeams: { conflict: true, unclaimed: false, complete: true } },
    })
  })

  it('is paged as one list, and found by what is claimed', async () => {
    const whole = await seen()
    const first = await seen('nurse', copd, { first: 2 })
    const { endCursor } = first.pageInfo
    const second = await seen('nurse', copd, { first: 2, after: endCursor })
    expect([...first.nodes, ...second.nodes].map(({ id }) => id)).toEqual(
      whole.nodes.map(({ id }) => id),
    )
    const { nodes } = await seen('nurse', copd, { filter: { claim: ['HANDED_OVER'] } })
    expect(claims(nodes)).toEqual([[neighbour.number, 'HANDED_OVER']])
  })
})

describe('two organisations that both say that they are responsible', () => {
  it('are a conflict, each naming the other, on whatever page and under whatever filter', async () => {
    const { nodes, conflict, unclaimed } = await seen()
    const [one, other, moved] = nodes
    expect([conflict, unclaimed]).toEqual([true, false])
    expect([one?.activeBeside, other?.activeBeside]).toEqual([[other?.id], [one?.id]])
    expect(moved?.activeBeside).toEqual([])
    const filtered = await seen('nurse', copd, { first: 1, filter: { claim: ['HANDED_OVER'] } })
    expect(filtered.conflict).toBe(true)
  })

  it('are none any more when one hands over to the other; a copy elsewhere changes nothing', async () => {
    await network.loaderTo('municipality').load(bundleOf('hospital'))
    await sendTeam('hospital', copd, { status: 'inactive' }, '2')
    const { conflict, unclaimed, nodes } = await seen()
    expect([conflict, unclaimed]).toEqual([false, false])
    const ended = nodes.find(({ claim }) => claim === 'ENDED')
    expect(ended?.provenance.map(({ superseded }) => superseded)).toEqual([false, true])
    await sendTeam('hospital', copd, {}, '3')
    expect((await seen()).conflict).toBe(true)
  })
})

describe('a patient for whom nobody says that it is responsible', () => {
  it('is shown as such: handed over, and not yet taken over', async () => {
    const { nodes, conflict, unclaimed } = await seen('nurse', diabetes)
    expect([conflict, unclaimed]).toEqual([false, true])
    expect(claims(nodes)).toEqual([
      [homeCare.number, 'PROPOSED'],
      [municipality.number, 'HANDED_OVER'],
    ])
    const filtered = await seen('nurse', diabetes, { filter: { status: ['ACTIVE'] } })
    expect([filtered.nodes, filtered.unclaimed]).toEqual([[], true])
  })

  it('has somebody as soon as the other says so, and again nobody when it names the first', async () => {
    await sendTeam('homeCare', diabetes, { status: 'active' }, '2')
    expect(await seen('nurse', diabetes)).toMatchObject({ conflict: false, unclaimed: false })
    const back = { status: 'active', participant: teamOf('municipality', diabetes).participant }
    await network.loaderTo('homeCare').load(batch(roleOf('municipality', diabetes)))
    await sendTeam('homeCare', diabetes, back as Partial<CareTeam>, '3')
    const { nodes, unclaimed } = await seen('nurse', diabetes)
    expect([nodes[0]?.claim, unclaimed]).toEqual(['NAMES_ANOTHER', true])
  })
})

describe('what is closed', () => {
  afterEach(() => liftAll(network, 'patient'))

  it('stays closed, and says nothing through marks', async () => {
    await change(network, 'patient', 'block', { data: { dataClass: 'CareTeam' } })
    const { nodes, complete, conflict, unclaimed } = await seen()
    expect([nodes, complete, conflict, unclaimed]).toEqual([[], false, false, false])
    expect((await seen('patient')).nodes).toHaveLength(3)
  })

  it('is told to the patient by the access log, with the teams that were given out', async () => {
    const { nodes } = await seen('hospital-doctor')
    const log = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
      accessLog(first: 200) { nodes { text classes { code } items } } } }`
    const answer = await network.ask('patient', log, { identifier: copd })
    const { accessLog } = dataOf<Logged>(answer).patient
    const own = accessLog.nodes.filter(({ classes }) =>
      classes.some(({ code }) => code === 'CareTeam'),
    )
    expect(own.flatMap(({ items }) => items)).toEqual(
      expect.arrayContaining(nodes.map(({ id }) => id)),
    )
    expect(own[0]?.text).toContain('ansvar for oppfølgingen')
  })
})

describe('a source that is down', () => {
  it('is told, and empties nobody else’s list', async () => {
    network.faults.hospital?.behave('cut')
    const { nodes, complete, conflict, sources } = await seen()
    // A copy of the hospital's team at the municipality still says what it said.
    expect([nodes.length, complete, conflict]).toEqual([3, false, true])
    const down = sources.find(({ organization }) => organization.number === hospital.number)
    expect(down?.status).toBe('UNREACHABLE')
  })
})

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

/** What an organisation of the demo sends of a patient's team. */
function bundleOf(key: Key, identifier: string = copd): Bundle {
  const sent = demoTeams(until).find(
    ({ organization, bundle }) =>
      organization === key && JSON.stringify(bundle).includes(identifier),
  )
  if (!sent) throw new Error('no team')
  return sent.bundle
}

function resourceOf<T extends FhirResource['resourceType']>(
  type: T,
  key: Key,
  identifier: string,
): FhirResource & { readonly resourceType: T } {
  const resources = (bundleOf(key, identifier).entry ?? []).map(({ resource }) => resource)
  const found = resources.find((one) => one?.resourceType === type)
  if (!found) throw new Error(`no ${type}`)
  return found as FhirResource & { readonly resourceType: T }
}

const teamOf = (key: Key, identifier: string): CareTeam =>
  resourceOf('CareTeam', key, identifier) as CareTeam

/** A role goes in with a team that names it. */
const roleOf = (key: Key, identifier: string): readonly FhirResource[] => [
  resourceOf('PractitionerRole', key, identifier),
  {
    ...teamOf(key, identifier),
    id: 'copy',
    identifier: [{ value: 'copy' }],
    status: 'entered-in-error',
  },
]

const batch = (resources: readonly FhirResource[]): Bundle => ({
  resourceType: 'Bundle',
  type: 'batch',
  entry: resources.map((resource) => ({ resource })),
})

async function sendTeam(
  key: Key,
  identifier: string,
  more: Partial<CareTeam>,
  versionId: string,
): Promise<void> {
  const team = teamOf(key, identifier)
  await network.loaderTo(key).load(batch([{ ...team, ...more, meta: { ...team.meta, versionId } }]))
}
