import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { sharingSdl } from '@kilde/contract'
import { writeWholeChart } from '@kilde/contract/compose'
import { demoStories, generateRows } from '@kilde/demo'
import { patients } from '@kilde/people'
import {
  buildASTSchema,
  type GraphQLObjectType,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { dataOf } from '../../kit/answers.js'
import { startNetwork, type WatchedNetwork } from '../../kit/network.js'

const until = new Date('2026-03-15T10:00:00+01:00')
const { text: query, variables: examples } = writeWholeChart()
const variables = { ...examples, identifier: patients.copd.identifier }

const KEYS = ['municipality', 'hospital'] as const

let network: WatchedNetwork
beforeAll(async () => {
  network = await startNetwork({ organizations: KEYS })
  const patient = patients.copd
  await network.load(generateRows({ patient, organizations: KEYS, rows: 40, until, seed: 'chart' }))
  for (const { organization, bundle } of demoStories(until)) {
    if (KEYS.some((key) => key === organization)) await network.loaderTo(organization).load(bundle)
  }
}, 120_000)
afterAll(() => network.stop(), 60_000)

interface List {
  readonly complete: boolean
  readonly edges?: readonly unknown[]
  readonly sources: readonly { readonly status: string; readonly reason: string | null }[]
}

describe('a chart of everything', () => {
  it('is answered within the limits of a gateway and of nodes, every list of it by every source', async () => {
    const { patient } = dataOf<{ patient: Readonly<Record<string, List | string>> }>(
      await network.ask('nurse', query, variables),
    )
    const lists = Object.entries(patient).filter(([name]) => name !== 'id')
    expect(lists.map(([name]) => name).toSorted(byText)).toEqual(
      fieldsOf('Patient')
        .filter((name) => name !== 'id' && name !== 'accessLog')
        .toSorted(byText),
    )
    const unlike = lists.flatMap(([name, list]) =>
      (list as List).sources.flatMap(({ status, reason }) =>
        ['OK', 'EMPTY'].includes(status) ? [] : [`${name}: ${status} ${reason ?? ''}`],
      ),
    )
    expect(unlike).toEqual([])
    const held = lists.filter(([, list]) => ((list as List).edges ?? []).length > 0)
    expect(held.length).toBeGreaterThan(5)
  })

  it('asks every field of what it lists', () => {
    const asked = new Map<string, Set<string>>()
    const types = new TypeInfo(schema)
    visit(
      parse(query),
      visitWithTypeInfo(types, {
        Field: ({ name }) => {
          const type = types.getParentType()?.name ?? ''
          asked.set(type, (asked.get(type) ?? new Set()).add(name.value))
        },
      }),
    )
    const left = [...asked]
      // Of organisations the registry knows more.
      .filter(([type]) => !['', 'Query', 'Organization'].includes(type))
      .flatMap(([type, names]) =>
        fieldsOf(type).flatMap((name) => (names.has(name) ? [] : [`${type}.${name}`])),
      )
    // The rows of a list twice, and what gateway and nodes tell each other.
    const own = left.filter((one) => !/Connection\.(nodes|rivals)$/.test(one))
    expect(own).toEqual([
      'Patient.accessLog',
      'LatestObservation.edges',
      'TrendBucket.rows',
      'TrendBucket.rest',
      'MeasurementZones.rows',
      'MeasurementZones.statements',
      'MeasurementZones.among',
    ])
  })
})

const schema = buildASTSchema(parse(sharingSdl), { assumeValid: true })

const fieldsOf = (type: string): readonly string[] =>
  Object.keys((schema.getType(type) as GraphQLObjectType).getFields())

const byText = (a: string, b: string): number => (a < b ? -1 : 1)
