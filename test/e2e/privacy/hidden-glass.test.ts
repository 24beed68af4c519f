import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { generateRows } from '@kilde/demo'
import { type Answer, askAs } from '@kilde/demo/test-network'
import { type DemoPatient, organizations, patients } from '@kilde/people'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'
import { leftBy, nodes, ownKeys } from '../audit/logs.js'
import { comparable, valuesOf } from './compare.js'
import { change, liftAll } from './settings.js'

/** The municipality never discloses whether it withholds something. */
const hidden = organizations.municipality.number
const until = new Date('2026-03-15T10:00:00+01:00')
const patient = patients.copd
const unknown = patients.none
const doctor = 'acute-doctor'
const CLAIM = 'nhn:tillitsrammeverk:parameters'

const QUERY = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
  observations { nodes { id valueText } totalCount { value } complete
    sources { organization { number } status returned withheld reason elapsed } } } }`

let network: WatchedNetwork
/** Reason for the break-glass that attests state meanwhile. */
let reason: string | undefined
beforeAll(async () => {
  const municipality = { ...ownKeys['municipality'], KILDE_DISCLOSURE: 'hidden' }
  network = await startNetwork({
    organizations: nodes,
    settings: { ...ownKeys, municipality },
    alterToken: (claims) => (reason === undefined ? claims : withBreakGlass(claims, reason)),
  })
  await network.load(generateRows({ patient, organizations: ['municipality'], rows: 6, until }))
}, 120_000)
afterAll(() => network?.stop(), 60_000)

function withBreakGlass(claims: Readonly<Record<string, unknown>>, description: string) {
  const attest = structuredClone(claims[CLAIM]) as
    | { readonly care_relationship?: object; readonly care_relation?: object }
    | undefined
  Object.assign(attest?.care_relationship ?? attest?.care_relation ?? {}, {
    purpose_of_use: { code: 'BTG', system: 'urn:oid:2.16.840.1.113883.1.11.20448' },
    decision_ref: { id: 'glass', description, user_selected: true },
  })
  return { ...claims, ...(attest && { [CLAIM]: attest }) }
}

/** Signs in anew: an attest is for one patient. */
async function ask(about: DemoPatient, glass?: string): Promise<Answer> {
  reason = glass
  try {
    const session = await network.signIn(doctor)
    const variables = { identifier: about.identifier }
    return await askAs(session, `${network.gateway}/graphql`, { query: QUERY, variables })
  } finally {
    reason = undefined
  }
}

const REASON = 'Bevisstløs pasient'
const rowsIn = ({ body }: Answer) => valuesOf('valueText', body).length
const withoutTimes = ({ status, body }: Answer): string =>
  JSON.stringify({ status, body }, (key, value) => (key === 'elapsed' ? typeof value : value))
/** What the hidden organisation said. */
const reportIn = ({ body }: Answer) =>
  (valuesOf('sources', body).flat() as readonly { organization: { number: string } }[]).find(
    ({ organization }) => organization.number === hidden,
  )

describe('break-glass at an organisation that never discloses what it withholds', () => {
  // Before the first step: what is broken once stays open for hours.
  it('without a first step is refused in the same words, whether or not there is something blocked', async () => {
    await change(network, 'patient', 'block')
    const [blocked, empty] = [await ask(patient, REASON), await ask(unknown, REASON)]
    await liftAll(network, 'patient')
    // Decided before anything is looked up: how long that took is told, and tells nothing.
    expect(withoutTimes(blocked)).toBe(withoutTimes(empty))
    expect(rowsIn(blocked)).toBe(0)
    expect(reportIn(blocked)).toMatchObject({
      status: 'REFUSED',
      reason: 'BREAK_GLASS_INCOMPLETE',
    })
  })

  describe('never lifts a block on that same professional', () => {
    beforeEach(async () => {
      await change(network, 'patient', 'block', { recipient: { professional: '9990004' } })
    })
    afterEach(() => liftAll(network, 'patient'))

    it('who is told what is told of somebody unknown', async () => {
      await ask(patient)
      await ask(unknown)
      const [blocked, empty] = [await ask(patient, REASON), await ask(unknown, REASON)]
      expect(comparable(blocked)).toBe(comparable(empty))
      expect(reportIn(blocked)).toMatchObject({ status: 'EMPTY', withheld: 'NOT_DISCLOSED' })
    })
  })

  describe('of what is blocked to everybody', () => {
    beforeEach(async () => {
      await change(network, 'patient', 'block')
    })
    afterEach(() => liftAll(network, 'patient'))

    it('begins with an ordinary question whose answer is that of somebody unknown', async () => {
      const [blocked, empty] = [await ask(patient), await ask(unknown)]
      expect(comparable(blocked)).toBe(comparable(empty))
      expect(reportIn(blocked)).toMatchObject({ status: 'EMPTY', withheld: 'NOT_DISCLOSED' })
    })

    it('opens it in the second step, and still never claims to be complete', async () => {
      await ask(patient)
      const opened = await ask(patient, REASON)
      expect(rowsIn(opened)).toBe(6)
      expect(reportIn(opened)).toMatchObject({
        ...{ status: 'OK', returned: 6, withheld: 'NOT_DISCLOSED', elapsed: null },
      })
      expect(valuesOf('complete', opened.body)).toEqual([false])
    })

    it('is told to the patient, and stands in the logs of both ends', async () => {
      const left = await leftBy(network, () => ask(patient, REASON))
      expect(left['municipality']?.[0]).toMatchObject({
        purpose: 'BTG',
        rules: expect.arrayContaining(['Observation/break-glass:lifted']),
      })
      expect(left['gateway hospital']?.[0]).toMatchObject({
        purpose: 'BTG',
        sources: expect.arrayContaining([
          { organization: hidden, status: 'OK', returned: 6, complete: false },
        ]),
      })
      const log = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) {
        accessLog(filter: { sources: ["${hidden}"], by: [PROFESSIONAL] }, first: 1) { nodes { outcome } } } }`
      const told = await network.ask('patient', log, { identifier: patient.identifier })
      expect(valuesOf('outcome', told.body)).toEqual(['BREAK_GLASS'])
    })
  })
})
