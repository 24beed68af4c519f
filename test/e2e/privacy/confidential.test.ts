import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { organizations, patients } from '@kilde/people'
import type { WatchedNetwork } from '../../kit/network.js'
import { valuesOf } from './compare.js'
import { ask, EVERYWHERE, holders, LOG, placesIn, startWithPeople } from './places.js'
import { documents, refusalOf } from './settings.js'

const { copd, diabetes, child } = patients
const numbers = holders.map((key) => organizations[key].number)

interface Report {
  readonly organization: { readonly number: string }
  readonly status: string
  readonly reason: string | null
  readonly withheld: string
}

/** What each organisation said of each field. */
const reportsIn = (body: unknown): readonly Report[] =>
  valuesOf('sources', body).flatMap((sources) => sources as readonly Report[])

/** A network for the tests of one describe. */
function started(...base: Parameters<typeof startWithPeople>): () => WatchedNetwork {
  let network: WatchedNetwork
  beforeAll(async () => {
    network = await startWithPeople(...base)
  }, 120_000)
  afterAll(() => network.stop(), 60_000)
  return () => network
}

const NOT_REPRESENTED = numbers.map((number) => `${number} REFUSED NOT_REPRESENTED NONE`)
const decisionsIn = (body: unknown): readonly string[] => [
  ...new Set(
    reportsIn(body).map(
      ({ organization, status, reason, withheld }) =>
        `${organization.number} ${status} ${reason} ${withheld}`,
    ),
  ),
]

describe('where nobody’s address is confidential', () => {
  const network = started({ confidential: [], represented: ['child', 'diabetes'] })

  it('sub-units are named, in data and in the access log', async () => {
    const data = await ask(network(), 'hospital-doctor', copd, EVERYWHERE)
    expect(placesIn(JSON.stringify(data))).toEqual(
      holders.flatMap((key) => [
        organizations[key].pointOfCare,
        organizations[key].pointOfCareName,
      ]),
    )
    const log = await ask(network(), 'patient', copd, LOG)
    expect(placesIn(JSON.stringify(log))).toContain(organizations.hospital.pointOfCareName)
  })

  it.each([
    ['parent', child],
    ['proxy', diabetes],
  ] as const)('the %s sees what the represented has', async (persona, about) => {
    const body = await ask(network(), persona, about, EVERYWHERE)
    expect(valuesOf('valueText', body).length).toBeGreaterThan(0)
  })
})

describe('where the patient’s address is confidential', () => {
  // Nobody represents the patient with diabetes: what a proxy is told then is what a parent is to be told here.
  const network = started({ confidential: ['copd', 'child'], represented: ['child'] })

  it.each(['hospital-doctor', 'nurse', 'acute-doctor', 'patient'])(
    'no sub-unit is named to %s, by any way',
    async (persona) => {
      const body = await ask(network(), persona, copd, EVERYWHERE)
      expect(valuesOf('valueText', body).length).toBeGreaterThan(0)
      expect(placesIn(JSON.stringify(body))).toEqual([])
      expect(new Set(valuesOf('pointOfCare', body))).toEqual(new Set([null]))
      expect(new Set(valuesOf('where', body))).toEqual(new Set([null]))
    },
  )

  it('treatment still knows whose data they are', async () => {
    const body = await ask(network(), 'hospital-doctor', copd, EVERYWHERE)
    const owners = valuesOf('provenance', body).flatMap((one) => valuesOf('organization', one))
    expect(new Set(valuesOf('number', owners))).toEqual(new Set(numbers))
  })

  it('nothing says why, or that anything is left out', async () => {
    const [own, others] = [
      await ask(network(), 'hospital-doctor', copd, EVERYWHERE),
      await ask(network(), 'hospital-doctor', diabetes, EVERYWHERE),
    ]
    expect(placesIn(JSON.stringify(others)).length).toBeGreaterThan(0)
    expect(decisionsIn(own)).toEqual(decisionsIn(others))
    expect(valuesOf('complete', own)).toEqual(valuesOf('complete', others))
    expect(valuesOf('withheldFields', own).flat()).toEqual([])
    expect(JSON.stringify(own)).not.toMatch(/CONFIDENTIAL|ADDRESS/i)
  })

  it('the access log names organisations and people, and no sub-unit or department', async () => {
    await ask(network(), 'acute-doctor', copd, EVERYWHERE)
    const log = await ask(network(), 'patient', copd, LOG)
    expect(valuesOf('who', log).length).toBeGreaterThan(0)
    expect(JSON.stringify(log)).toContain(organizations.hospital.name)
    expect(placesIn(JSON.stringify(log))).toEqual([])
    for (const place of ['pointOfCare', 'department', 'where']) {
      expect(new Set(valuesOf(place, log))).toEqual(new Set([null]))
    }
    // The same for every entry, whether or not something was written: it tells nothing of any.
    expect(new Set(valuesOf('withheldFields', log).flat())).toEqual(
      new Set(['decision.description']),
    )
  })

  it('nobody represents the patient, and is told what is told where there is no representation', async () => {
    const refused = await ask(network(), 'parent', child, EVERYWHERE)
    expect(decisionsIn(refused)).toEqual(NOT_REPRESENTED)
    expect(decisionsIn(await ask(network(), 'proxy', diabetes, EVERYWHERE))).toEqual(
      NOT_REPRESENTED,
    )
    const log = await ask(network(), 'parent', child, LOG)
    expect(valuesOf('text', log)).toEqual([])
    expect(new Set(reportsIn(log).map(({ reason }) => reason))).toEqual(
      new Set(['NOT_REPRESENTED']),
    )
  })

  it('nor do settings say why', async () => {
    const stating = async (persona: string) =>
      refusalOf(await network().askPrivacy(persona, documents.block))
    expect(await stating('parent')).toEqual(await stating('proxy'))
    expect(await stating('parent')).toMatchObject({ code: 'PRIVACY_NOT_ALLOWED' })
  })
})

describe('where the address of who represents is confidential', () => {
  const network = started({
    ...{ confidential: ['proxy'], represented: ['diabetes'] },
    unknown: ['copd'],
  })

  it('there is no representation either, and nothing says why', async () => {
    const refused = await ask(network(), 'proxy', diabetes, EVERYWHERE)
    expect(decisionsIn(refused)).toEqual(NOT_REPRESENTED)
    expect(decisionsIn(await ask(network(), 'parent', child, EVERYWHERE))).toEqual(NOT_REPRESENTED)
    expect(refusalOf(await network().askPrivacy('proxy', documents.block))).toEqual(
      refusalOf(await network().askPrivacy('parent', documents.block)),
    )
  })

  it('no sub-unit of whom base data do not know is named, and professionals see the rows', async () => {
    const body = await ask(network(), 'hospital-doctor', copd, EVERYWHERE)
    expect(valuesOf('valueText', body).length).toBeGreaterThan(0)
    expect(placesIn(JSON.stringify(body))).toEqual([])
    expect(new Set(valuesOf('pointOfCare', body))).toEqual(new Set([null]))
    const known = await ask(network(), 'hospital-doctor', diabetes, EVERYWHERE)
    expect(decisionsIn(body)).toEqual(decisionsIn(known))
  })

  it('the patient’s own places are named as before', async () => {
    const body = await ask(network(), 'hospital-doctor', diabetes, EVERYWHERE)
    expect(placesIn(JSON.stringify(body)).length).toBeGreaterThan(0)
  })
})

describe('where base data are older than a day', () => {
  const old = new Date(Date.now() - 25 * 60 * 60_000).toISOString()
  const network = started(
    { confidential: [], represented: ['child'] },
    { KILDE_PRIVACY_PEOPLE_AS_OF: old },
  )

  it('every address may be confidential: rows are shown, places are not, and nobody represents', async () => {
    const body = await ask(network(), 'hospital-doctor', copd, EVERYWHERE)
    expect(valuesOf('valueText', body).length).toBeGreaterThan(0)
    expect(placesIn(JSON.stringify(body))).toEqual([])
    expect(decisionsIn(await ask(network(), 'parent', child, EVERYWHERE))).toEqual(NOT_REPRESENTED)
    expect(valuesOf('valueText', await ask(network(), 'patient', copd, EVERYWHERE))).not.toEqual([])
  })
})
