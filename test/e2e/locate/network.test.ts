import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { generateRows } from '@kilde/demo'
import { organizations as known, patients } from '@kilde/people'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { questionsToSources } from '../../kit/sources.js'

const query = `query ($identifier: PatientIdentifier!) {
  patient(identifier: $identifier) { observations(first: 5) {
    complete completeness { agreed asked notAsked }
    sources { organization { number name } status reason asOf returned }
  } }
}`
const organizations = ['gp', 'hospital', 'municipality', 'neighbour'] as const
const publishing = { KILDE_HOLDINGS: 'on', KILDE_HOLDINGS_REFRESH_MS: '300' }

interface Source {
  readonly organization: { readonly number: string }
  readonly status: string
  readonly reason: string | null
  readonly asOf: string | null
  readonly returned: number
}

describe('A network whose gateway looks into filters', () => {
  let network: WatchedNetwork
  beforeAll(async () => {
    network = await startNetwork({
      organizations: [...organizations],
      data: {
        patient: patients.copd,
        organizations: ['hospital', 'municipality'],
        rows: 4,
        until: new Date(),
      },
      settings: {
        registry: {
          KILDE_LOCATE_KEY: randomBytes(32).toString('base64url'),
          KILDE_DPOP_NONCE: 'on',
        },
        gateway: {
          KILDE_LOCATE: 'filter',
          KILDE_ASK_ALL_MAX: '0',
          KILDE_HOLDINGS_FETCH_MS: '300',
          KILDE_SOURCE_CONNECT_MS: '10000',
        },
        hospital: publishing,
        municipality: publishing,
        neighbour: { ...publishing, KILDE_DISCLOSURE: 'hidden' },
      },
    })
  }, 120_000)
  afterAll(() => network.stop())

  const ask = async (identifier: string) => {
    const before = questionsToSources(network)
    const { body } = await network.ask('gp', query, { identifier })
    const { observations } = (body as { data: { patient: { observations: unknown } } }).data.patient
    const answer = observations as {
      readonly complete: boolean
      readonly completeness: object
      readonly sources: readonly Source[]
    }
    return { ...answer, questions: questionsToSources(network) - before }
  }
  /** Filters are built and fetched now and then: asks until the number of questions is as expected. */
  const askUntil = async (identifier: string, questions: number) => {
    for (;;) {
      const answer = await ask(identifier)
      if (answer.questions === questions) return answer
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  it('asks who has the patient, who is at home, and who discloses nothing, and nobody else', async () => {
    // The requester's own, the hospital and the municipality that have the patient, and the one that never tells.
    const known = await askUntil(patients.copd.identifier, 4)
    expect(known.sources.filter(({ returned }) => returned > 0)).toHaveLength(2)
    // Of a patient whom nobody has, only the first and the last.
    const unknown = await askUntil(patients.diabetes.identifier, 2)
    expect(unknown.completeness).toEqual({ agreed: 4, asked: 2, notAsked: 2 })
    const spared = unknown.sources.filter(({ status }) => status === 'NOT_ASKED')
    expect(spared.map(({ reason }) => reason)).toEqual(['NOT_HELD', 'NOT_HELD'])
    expect(spared.every(({ asOf }) => Date.parse(asOf ?? '') > Date.now() - 60_000)).toBe(true)
  }, 120_000)

  it('finds a patient of whom the first row came in a moment ago', async () => {
    const { identifier } = patients.diabetes
    await askUntil(identifier, 2)
    for (const organization of ['hospital', 'municipality'] as const) {
      const request = {
        patient: patients.diabetes,
        organizations: [organization] as const,
        rows: 2,
      }
      await network.load(generateRows({ ...request, until: new Date() }))
      const { complete, sources } = await ask(identifier)
      const { number } = known[organization]
      const found = sources.find((one) => one.organization.number === number)
      expect(found).toMatchObject({ status: 'OK', returned: 2 })
      // One of the sources never discloses what it withholds.
      expect(complete).toBe(false)
    }
    // Of whoever is in its filters a node that is asked to take more says nothing.
    const sparing = await askUntil(patients.none.identifier, 2)
    expect(sparing.completeness).toEqual({ agreed: 4, asked: 2, notAsked: 2 })
  }, 120_000)

  it('asks all of them where the evaluator is gone', async () => {
    await askUntil(patients.none.identifier, 2)
    await network.services['registry']?.stop()
    const { sources } = await askUntil(patients.none.identifier, 4)
    expect(sources.filter(({ reason }) => reason === 'INDEX_UNAVAILABLE')).toHaveLength(2)
  }, 120_000)
})

describe('A network whose gateway asks whether anything is held', () => {
  let network: WatchedNetwork
  beforeAll(async () => {
    network = await startNetwork({
      organizations: [...organizations],
      data: {
        patient: patients.copd,
        organizations: ['hospital', 'municipality'],
        rows: 4,
        until: new Date(),
      },
      settings: {
        gateway: {
          KILDE_LOCATE: 'probe',
          KILDE_ASK_ALL_MAX: '0',
          KILDE_SOURCE_CONNECT_MS: '10000',
        },
        municipality: { KILDE_DPOP_NONCE: 'on' },
        neighbour: { KILDE_DISCLOSURE: 'hidden', KILDE_HIDDEN_EVERY_MS: '20' },
      },
    })
  }, 120_000)
  afterAll(() => network.stop())

  it('asks for content who says yes, who says nothing, and who is at home; all are told of', async () => {
    const askedOf = async (identifier: string) => {
      const before = questionsToSources(network)
      const { body } = await network.ask('gp', query, { identifier })
      const { sources } = (
        body as { data: { patient: { observations: { sources: readonly Source[] } } } }
      ).data.patient.observations
      return { questions: questionsToSources(network) - before, sources }
    }
    const known = await askedOf(patients.copd.identifier)
    // One of them once more, with the nonce that it wants.
    expect(known.questions).toBe(5)
    expect(known.sources.filter(({ status }) => status === 'NOT_ASKED')).toHaveLength(0)
    expect(known.sources.filter(({ returned }) => returned > 0)).toHaveLength(2)
    const unknown = await askedOf(patients.diabetes.identifier)
    // The one that never tells what it withholds does not tell this either.
    expect(unknown.questions).toBe(2)
    expect(unknown.sources.filter(({ reason }) => reason === 'NOT_HELD')).toHaveLength(2)
  }, 120_000)
})
