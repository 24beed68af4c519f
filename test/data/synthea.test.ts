import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { identifierSystems } from '@kilde/contract'
import { type OrganizationKey, organizations } from '@kilde/people'
import type { Bundle, Observation } from 'fhir/r4.js'
import { dataOf } from '../kit/answers.js'
import { startNetwork, type WatchedNetwork } from '../kit/network.js'
import { dataFolder } from './data-folder.js'
import { syntheticNumbers } from './synthetic-numbers.js'

const PERSONA = 'hospital-doctor'
const CHUNK = 500
const keys = Object.keys(organizations) as OrganizationKey[]

interface Placed {
  readonly observation: Observation
  readonly organization: OrganizationKey
  /** Synthetic number that stands in for Synthea's reference. */
  readonly patient: string
}

/** Spreads each patient's rows over all organisations in turn, under a synthetic identifier. */
function place(observations: readonly Observation[]): readonly Placed[] {
  const references = [
    ...new Set(observations.map(({ subject }) => subject?.reference ?? '')),
  ].sort()
  const numbers = syntheticNumbers(references.length)
  const seen = new Map<string, number>()
  return observations.map((observation) => {
    const reference = observation.subject?.reference ?? ''
    const nth = seen.get(reference) ?? 0
    seen.set(reference, nth + 1)
    const organization = keys[nth % keys.length] ?? 'municipality'
    return { observation, organization, patient: numbers[references.indexOf(reference)] ?? '' }
  })
}

function bundleOf(placed: readonly Placed[]): Bundle {
  return {
    resourceType: 'Bundle',
    type: 'batch',
    entry: placed.map(({ observation, patient }) => ({
      resource: {
        ...observation,
        subject: {
          identifier: { system: identifierSystems.nationalIdentityNumber, value: patient },
        },
      },
      request: { method: 'PUT', url: `Observation/${observation.id ?? ''}` },
    })),
  }
}

const countBy = <T>(items: readonly T[], key: (item: T) => string): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1)
  return counts
}

describe('250 patients of Synthea, spread over six organisations', () => {
  const observations = dataFolder().lines<Observation>(
    'fhir/large/synthea-r4/Observation.ndjson.gz',
  )
  const placed = place(observations)
  const perPatient = countBy(placed, ({ patient }) => patient)
  let network: WatchedNetwork
  let taken = 0

  beforeAll(async () => {
    network = await startNetwork()
    await Promise.all(
      keys.map(async (key) => {
        const own = placed.filter(({ organization }) => organization === key)
        const loader = network.loaderTo(key)
        for (let at = 0; at < own.length; at += CHUNK) {
          const count = await loader.load(bundleOf(own.slice(at, at + CHUNK)))
          taken += count
        }
      }),
    )
  }, 300_000)
  afterAll(() => network.stop(), 60_000)

  it('are taken whole: 15,065 observations', () => {
    expect(observations).toHaveLength(15_065)
    expect(taken).toBe(15_065)
    expect(perPatient.size).toBe(250)
  })

  it('are taken once when they are sent again', async () => {
    const again = placed.filter(({ organization }) => organization === 'gp').slice(0, CHUNK)
    await network.loaderTo('gp').load(bundleOf(again))
    const [first] = again
    expect(await countOf(first?.patient ?? '')).toBe(perPatient.get(first?.patient ?? ''))
  })

  it('come out as many as went in, patient by patient', async () => {
    for (const [patient, count] of perPatient) expect(await countOf(patient)).toBe(count)
  }, 300_000)

  it('come back merged: the 298 rows of one patient, newest first, each from the organisation that holds it', async () => {
    const [patient = ''] = [...perPatient].find(([, count]) => count === 298) ?? []
    const rows = await readAll(patient)
    const expected = placed
      .filter((row) => row.patient === patient)
      .map(({ observation, organization }) =>
        [
          organizations[organization].number,
          Date.parse(observation.effectiveDateTime ?? ''),
          observation.code.coding?.[0]?.code,
        ].join(' '),
      )
    const received = rows.map(({ id, effective, code }) =>
      [id.slice(0, 9), Date.parse(effective), code.coding[0]?.code].join(' '),
    )
    expect(received.sort()).toEqual(expected.sort())
    expect(new Set(rows.map(({ id }) => id)).size).toBe(298)
    const times = rows.map(({ effective }) => Date.parse(effective))
    expect(times).toEqual([...times].sort((a, b) => b - a))
    expect(new Set(rows.map(({ id }) => id.slice(0, 9))).size).toBe(keys.length)
    for (const { id, provenance } of rows) {
      expect(provenance.map(({ source }) => source.number)).toEqual([id.slice(0, 9)])
    }
  })

  async function countOf(patient: string): Promise<number | null> {
    const answer = await network.ask(
      PERSONA,
      'query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) { observations(first: 1) { complete totalCount { value } } } }',
      { identifier: patient },
    )
    const { observations: list } =
      dataOf<Answered<{ complete: boolean; totalCount: { value: number | null } }>>(answer).patient
    expect(list.complete).toBe(true)
    return list.totalCount.value
  }

  async function readAll(patient: string): Promise<readonly Row[]> {
    const rows: Row[] = []
    let after: string | null = null
    do {
      const answer = await network.ask(
        PERSONA,
        `query ($identifier: PatientIdentifier!, $after: Cursor) { patient(identifier: $identifier) { observations(first: 40, after: $after) {
          nodes { id effective code { coding { code } } provenance { source { number } } } pageInfo { hasNextPage endCursor } complete } } }`,
        { identifier: patient, after },
      )
      const { observations: list } = dataOf<Answered<Page>>(answer).patient
      expect(list.complete).toBe(true)
      rows.push(...list.nodes)
      after = list.pageInfo.hasNextPage ? list.pageInfo.endCursor : null
    } while (after !== null)
    return rows
  }
})

interface Answered<List> {
  readonly patient: { readonly observations: List }
}

interface Row {
  readonly id: string
  readonly effective: string
  readonly code: { readonly coding: readonly { readonly code: string }[] }
  readonly provenance: readonly { readonly source: { readonly number: string } }[]
}

interface Page {
  readonly nodes: readonly Row[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly complete: boolean
}
