import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Observation } from 'fhir/r4.js'
import { startNetwork, type WatchedNetwork } from '../kit/network.js'
import { dataFolder } from './data-folder.js'
import { about, batchOf, type EntryAnswer, sendBundle } from './send-bundle.js'
import { askEverything, patientGateway, peopleOf, STARTING_MS } from './setting.js'

const data = dataFolder()

/** Observations that others published as examples, by folder, and how many there are. */
const folders = [
  ['fhir/small/r4-spec', 58],
  ['fhir/small/no-domain-vitalsigns', 8],
  ['fhir/small/cgm', 10],
  ['fhir/small/us-core', 139],
  ['fhir/small/physical-activity', 44],
] as const

/** What is refused even when it is about somebody with a number, for which element, and why. All else is taken. */
const refusals: Readonly<Record<string, string>> = {
  'Observation-bmd':
    'error required: resource.effective no time of measurement can be read, and no issued stands in',
  'Observation-decimal':
    'error value: resource.component[4].valueQuantity.value is a number beyond all measure',
  'Observation-example-diplotype1':
    'error required: resource.value has no value[x], no component, no member and no dataAbsentReason',
}

/** What is taken and said something of. */
const remarks: Readonly<Record<string, string>> = {
  // A saturation of 24 %: the guide's own example.
  'Observation-no-oxygen-saturation-create':
    'warning business-rule: resource.valueQuantity.value is none that a living body can have (40 to 100 %): kept as sent, and marked',
  'Observation-alcoholic-drinks-per-day':
    'warning business-rule: resource.valueQuantity.unit is no unit of UCUM: kept as text, never converted',
  'Observation-average-blood-pressure':
    'warning business-rule: resource.component[2].valueQuantity.unit is no unit of UCUM: kept as text, never converted',
}

let network: WatchedNetwork
beforeAll(async () => {
  network = await startNetwork({ organizations: ['municipality'], settings: patientGateway })
}, STARTING_MS)
afterAll(() => network.stop())

const all = folders.flatMap(([folder]) => examplesIn(folder))
const people = peopleOf(all.length)

function examplesIn(folder: string) {
  return data
    .files<Observation>(folder, /./)
    .filter(([, { resourceType }]) => resourceType === 'Observation')
}

describe.each(folders)('the Observations of %s', (folder, count) => {
  const examples = examplesIn(folder)
  const start = all.findIndex(([name]) => name === examples[0]?.[0])
  const own = people.slice(start, start + examples.length)

  it(`are ${count}, and refused as they are: each names its subject as what is wrong`, async () => {
    const { entries } = await sendBundle(network, 'municipality', batchOf(examples.map(resource)))
    expect(entries).toHaveLength(count)
    for (const [at, { status, issues }] of entries.entries()) {
      const name = examples[at]?.[0] ?? ''
      expect([name, status]).toEqual([name, '422 Unprocessable Entity'])
      // What is wrong with the shape is told first, and alone.
      const subject = issues.filter((issue) => issue.includes(' resource.subject'))
      if (name !== 'Observation-decimal') expect([name, subject.length]).toEqual([name, 1])
    }
  })

  it('are taken, each about somebody of its own, but for those that lack what a measurement must have', async () => {
    const changed = examples.map(([, one], at) => about(own[at]?.identifier ?? '', one))
    const { entries } = await sendBundle(network, 'municipality', batchOf(changed))
    const told = examples.map(([name], at) => [name, outcomeOf(entries[at])])
    const expected = examples.map(([name]) => [name, expectedOf(name)])
    expect(told).toEqual(expected)
  })

  it('are shown by the gateway, every field of them', async () => {
    for (const [at, person] of own.entries()) {
      const name = examples[at]?.[0] ?? ''
      const { nodes, complete, sources } = await askEverything(network, person)
      const rows = name in refusals ? 0 : 1
      const [report] = sources
      expect([name, nodes.length, complete, report?.dropped]).toEqual([name, rows, true, 0])
    }
  }, 120_000)
})

const resource = ([, example]: readonly [string, Observation]): Observation => example

/** Without what is only told: dates without a time, codes of others beside known ones (oddities.test.ts). */
const outcomeOf = (entry: EntryAnswer | undefined) => [
  entry?.status,
  ...(entry?.issues ?? []).filter((issue) => !/^information informational: /.test(issue)),
]

function expectedOf(name: string): readonly string[] {
  const refusal = refusals[name]
  if (refusal !== undefined) return ['422 Unprocessable Entity', refusal]
  const remark = remarks[name]
  return remark === undefined ? ['201 Created'] : ['201 Created', remark]
}
