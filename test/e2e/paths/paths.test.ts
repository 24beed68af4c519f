import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { registrySdl, sharingSdl } from '@kilde/contract'
import { demoPatients, generateRows } from '@kilde/demo'
import { askAs, type GraphqlRequest, type Session } from '@kilde/demo/test-network'
import { organizations, patients } from '@kilde/people'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { questionsToSources } from '../../kit/sources.js'
import { startSubgraphs, type TestSubgraphs } from '../../kit/subgraphs.js'
import { change, liftAll } from '../privacy/settings.js'
import { type Decision, decisionIn } from './decision.js'
import { log, measurements, names, type ProtectedField } from './fields.js'
import { forms, noWays, plain } from './forms.js'
import { ways } from './ways.js'

/** One organisation tells what it withholds, the other never does: every form is decided in both modes at once. */
const holders = ['municipality', 'hospital'] as const
const [visible, hidden] = holders.map((key) => organizations[key].number)
const until = new Date('2026-03-15T10:00:00+01:00')

const AT_ONCE = 4

let subgraphs: TestSubgraphs
let network: WatchedNetwork
let directory = ''
const sessions = new Map<string, Session>()

beforeAll(async () => {
  subgraphs = await startSubgraphs({ ways }, { sharing: sharingSdl, registry: registrySdl })
  directory = await mkdtemp(join(tmpdir(), 'kilde-paths-'))
  const file = join(directory, 'supergraph.graphql')
  await writeFile(file, subgraphs.supergraph)
  network = await startNetwork({
    organizations: holders,
    settings: {
      gateway: { KILDE_SUPERGRAPH: file, KILDE_SUBGRAPH_TIMEOUT_MS: '30000' },
      hospital: { KILDE_DISCLOSURE: 'hidden' },
      identity: { KILDE_TOKEN_SECONDS: '3600' },
    },
  })
  const request = { patient: patients.copd, organizations: holders, rows: 16, until } as const
  await network.load(generateRows({ ...request, organizations: [...holders] }))
  for (const { organization, bundle } of demoPatients(until)) {
    if (holders.some((key) => key === organization))
      await network.loaderTo(organization).load(bundle)
  }
  for (const persona of ['hospital-doctor', 'secretary', 'patient']) {
    sessions.set(persona, await network.signIn(persona))
  }
}, 120_000)
afterAll(async () => {
  await network.stop()
  await subgraphs.stop()
  await rm(directory, { recursive: true })
}, 60_000)

async function ask(persona: string, request: GraphqlRequest) {
  const session = sessions.get(persona)
  if (!session) throw new RangeError(`${persona} has not signed in`)
  return (await askAs(session, `${network.gateway}/graphql`, request)).body
}

/** The decision on the plain form, once every other has been found to give the same. */
async function decidedAlike(persona: string, field: ProtectedField): Promise<Decision> {
  const all = Object.entries(forms)
  const decisions: Record<string, Decision> = {}
  for (let at = 0; at < all.length; at += AT_ONCE) {
    const decided = all.slice(at, at + AT_ONCE).map(async ([name, form]) => {
      decisions[name] = decisionIn(await ask(persona, form(field)))
    })
    await Promise.all(decided)
  }
  const first = decisionIn(await ask(persona, plain(field)))
  expect(decisions).toEqual(Object.fromEntries(all.map(([name]) => [name, first])))
  return first
}

const each = (fields: readonly ProtectedField[]) =>
  fields.map((field) => [field.name, field] as const)

describe('peers.md A10: the same question in other words is decided alike', () => {
  it('in at least 20 forms', () => {
    expect(Object.keys(forms).length).toBeGreaterThanOrEqual(20)
  })

  // First: to read a log takes as long as it has grown.
  describe(log.name, () => {
    beforeAll(async () => {
      for (const field of measurements) await ask('hospital-doctor', plain(field))
    })

    it('is told to the patient in every form', async () => {
      const { told, errors } = await decidedAlike('patient', log)
      expect(told.length).toBeGreaterThan(0)
      expect(errors).toEqual([])
    })

    it('is told to a professional in none', async () => {
      const { told, sources, errors } = await decidedAlike('hospital-doctor', log)
      expect(sources.map((source) => source.split(' ')[1])).toEqual(sources.map(() => 'REFUSED'))
      expect({ told, errors }).toEqual({ told: [], errors: [] })
    })
  })

  describe.each(each([...measurements, ...names]))('%s', (_name, field) => {
    it('permitted, is told in every form', async () => {
      const { told, sources, complete, errors } = await decidedAlike('hospital-doctor', field)
      expect(told.length).toBeGreaterThan(0)
      expect(sources).toEqual([`${visible} OK  NONE`, `${hidden} OK  NOT_DISCLOSED`])
      expect({ complete, errors }).toEqual({ complete: [false], errors: [] })
    })

    it('of a class that is refused, is told in none', async () => {
      const { told, sources, complete, errors } = await decidedAlike('secretary', field)
      expect(sources).toEqual([visible, hidden].map((number) => `${number} REFUSED ROLE NONE`))
      expect({ told, complete, errors }).toEqual({ told: [], complete: [false], errors: [] })
    })
  })

  describe('blocked by the patient', () => {
    beforeAll(async () => {
      await change(network, 'patient', 'block')
    })
    afterAll(() => liftAll(network, 'patient'))

    it.each(each([...measurements, ...names]))('%s is told in no form', async (_name, field) => {
      const { told, sources, complete, errors } = await decidedAlike('hospital-doctor', field)
      expect(sources).toEqual([`${visible} EMPTY  OBJECTION`, `${hidden} EMPTY  NOT_DISCLOSED`])
      expect({ told, complete, errors }).toEqual({ told: [], complete: [false], errors: [] })
    })
  })

  describe.each(Object.entries(noWays))('%s', (_name, form) => {
    it('is no way to anything, and asks nobody', async () => {
      const handle = await ask('hospital-doctor', {
        query:
          'query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) { id } }',
        variables: { identifier: patients.copd.identifier },
      })
      const { id } = (handle.data as { readonly patient: { readonly id: string } }).patient
      const before = questionsToSources(network)
      for (const field of [...measurements, ...names, log]) {
        const { told, sources, errors } = decisionIn(await ask('hospital-doctor', form(field, id)))
        expect({ told, sources }).toEqual({ told: [], sources: [] })
        expect(errors.length).toBeGreaterThan(0)
      }
      expect(questionsToSources(network)).toBe(before)
    })
  })
})
