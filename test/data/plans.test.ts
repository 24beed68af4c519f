import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { DemoPatient } from '@kilde/people'
import type { CarePlan, FhirResource } from 'fhir/r4.js'
import { dataOf } from '../kit/answers.js'
import { startNetwork, type WatchedNetwork } from '../kit/network.js'
import { dataFolder } from './data-folder.js'
import { about, batchOf, sendBundle } from './send-bundle.js'
import { patientGateway, peopleOf, STARTING_MS } from './setting.js'

const data = dataFolder()
const FOLDER = 'no/derived/careplan'
const PARTS = ['CarePlan', 'Goal', 'Condition', 'ServiceRequest']

let network: WatchedNetwork
beforeAll(async () => {
  network = await startNetwork({ organizations: ['municipality'], settings: patientGateway })
}, STARTING_MS)
afterAll(() => network.stop())

const send = (bundle: object) => sendBundle(network, 'municipality', bundle)

const QUERY = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) { carePlans(first: 100) {
  nodes {
    id identifier { system value } version status intent kind title description effective effectiveEnd effectivePrecision
    created updated author { display kind organization { number } } note { text } withheldFields
    category { coding { system code } text } zones { level order title condition action { text status } }
    goal { description { text } status start target { measure { text } codes kind detailText due low(unit: "kg") { text } } }
    activity { status heading code { text } description codes kind device { display } scheduledText }
    addresses { code { text } clinicalStatus { text } severity { text } } replaces { display } partOf { display }
  }
  complete sources { dropped } } } }`

interface Plans {
  readonly nodes: readonly {
    readonly title: string | null
    readonly kind: string
    readonly version: number
    readonly zones: readonly {
      readonly level: string | null
      readonly condition: string | null
      readonly action: readonly { readonly text: string }[]
    }[]
  }[]
  readonly complete: boolean
  readonly sources: readonly { readonly dropped: number }[]
}

async function plansOf({ identifier }: DemoPatient): Promise<Plans> {
  const answer = await network.ask('nurse', QUERY, { identifier })
  return dataOf<{ patient: { carePlans: Plans } }>(answer).patient.carePlans
}

const people = peopleOf(5)
const [zoned, plain, other] = people as [DemoPatient, DemoPatient, DemoPatient]

describe('the zone model of Planer', () => {
  const examples = data
    .files<FhirResource>(FOLDER, /^(CarePlan|Condition)-/)
    .map(([, resource]) => about(zoned.identifier, resource))
    // Parts first: the plan that they are of comes in another Bundle.
    .toSorted((a, b) => Number('partOf' in b) - Number('partOf' in a))

  it('is taken part by part, and says of each reference that what it means is not here', async () => {
    for (const example of examples) {
      const { entries } = await send(batchOf([example]))
      expect(entries[0]?.status).toBe('201 Created')
      for (const issue of entries[0]?.issues ?? []) {
        expect(issue).toMatch(/^(information incomplete|warning business-rule): resource/)
      }
    }
  })

  it('is shown as one plan with its zones, of which only one says its level and condition', async () => {
    const { nodes, complete } = await plansOf(zoned)
    expect(complete).toBe(true)
    expect(nodes.map(({ title, kind }) => [title, kind])).toEqual([
      ['Plan for Oddfrid (v2)', 'SELF_TREATMENT'],
    ])
    // The Conditions of the green and the yellow zone were not published: no level is guessed.
    expect(nodes[0]?.zones.map(({ level, condition }) => [level, condition])).toEqual([
      ['RED', 'Peak flow under 50 prosent'],
      [null, null],
      [null, null],
    ])
    expect(nodes[0]?.zones[0]?.action).toMatchObject([{ text: 'Ring nødetatene umiddelbart' }])
  })
})

describe('a plan of «Pasientens planer»', () => {
  const sent = {
    ...data.json<object>(`${FOLDER}/pasientens-planer-plan.json`),
    subject: plain.identifier,
  }

  it('is taken as it is, changes nothing when it comes again, and has its version', async () => {
    expect((await send(sent)).entries.map(({ status }) => status)).toEqual(['201 Created'])
    expect((await send(sent)).entries.map(({ status }) => status)).toEqual(['200 OK'])
    const { nodes } = await plansOf(plain)
    expect(nodes).toMatchObject([
      {
        title: 'Egenbehandlingsplan KOLS',
        ...{ kind: 'SELF_TREATMENT', version: 3 },
        zones: [
          { level: 'GREEN', condition: 'SpO2 over 90 %' },
          { level: 'YELLOW', condition: 'SpO2 86-90 % eller økt tungpust' },
          { level: 'RED', action: [{ text: 'Ring 113' }] },
        ],
      },
    ])
  })

  it('is refused with what is wrong and where', async () => {
    const content = (sent as unknown as { clinical_content: { zones: object[] } }).clinical_content
    const zones = [content.zones[0], { ...content.zones[1], level: 'orange' }]
    const faulty = { ...sent, clinical_content: { ...content, zones } }
    expect(await send(faulty)).toMatchObject({
      status: 400,
      issues: [
        'error invalid: plan.clinical_content.zones[1].level: must be green, yellow or red.',
      ],
    })
  })
})

describe.each([
  ['the examples of FHIR R4', 'fhir/small/r4-spec', 3],
  ['the examples of US Core', 'fhir/small/us-core', 4],
] as const)('plans in %s', (_, folder, person) => {
  const resources = data
    .files<FhirResource>(folder, /./)
    .map(([, resource]) => resource)
    .filter(({ resourceType }) => PARTS.includes(resourceType))
  const own = people[person] as DemoPatient

  it('are taken, or refused by element, and those that are taken are shown with every field', async () => {
    const { entries } = await send(batchOf(resources.map((one) => about(own.identifier, one))))
    expect(entries).toHaveLength(resources.length)
    for (const { status, issues } of entries) {
      if (!status.startsWith('20')) expect(issues[0]).toMatch(/^error [a-z-]+: resource/)
    }
    // Two examples with one identifier are one plan.
    const plans = new Set(
      entries.flatMap(({ location }) =>
        location?.startsWith('CarePlan/') ? location.split('/')[1] : [],
      ),
    )
    expect(plans.size).toBeGreaterThan(0)
    const { nodes, sources } = await plansOf(own)
    expect([nodes.length, sources[0]?.dropped]).toEqual([plans.size, 0])
  })
})

describe('the plans of Synthea', () => {
  const plans = data.lines<CarePlan>('fhir/large/synthea-r4/CarePlan.ndjson.gz')

  it('are taken, 719 of them, and shown', async () => {
    expect(plans).toHaveLength(719)
    const { entries } = await send(batchOf(plans.map((one) => about(other.identifier, one))))
    const taken = entries.filter(({ status }) => status === '201 Created')
    expect(taken).toHaveLength(719)
    const { nodes, sources } = await plansOf(other)
    expect([nodes.length, sources[0]?.dropped]).toEqual([100, 0])
  })
})
