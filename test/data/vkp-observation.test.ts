import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type DemoPatient, organizations } from '@kilde/people'
import type { Bundle, Observation } from 'fhir/r4.js'
import { startNetwork, type WatchedNetwork } from '../kit/network.js'
import { dataFolder } from './data-folder.js'
import { about, type BundleAnswer, batchOf, sendBundle } from './send-bundle.js'
import { askEverything, patientGateway, peopleOf, type Row, STARTING_MS } from './setting.js'

const data = dataFolder()
const CFS = 'no/derived/pmd/Bundle-collection-CFS.json'
/** HL7 Norway's guide for measurements at home, once as published and once compiled from its sources. */
const guides = [
  ['published', 'no/vkpobservation/examples'],
  ['compiled', 'fhir/small/vkp-observation'],
] as const
const examplesOf = (folder: string) => data.files<Observation>(folder, /^Observation-/)
const [first, second, third] = peopleOf(3) as [DemoPatient, DemoPatient, DemoPatient]

let network: WatchedNetwork
beforeAll(async () => {
  network = await startNetwork({
    organizations: ['municipality', 'hospital'],
    settings: patientGateway,
  })
}, STARTING_MS)
afterAll(() => network.stop())

const send = (bundle: object): Promise<BundleAnswer> => sendBundle(network, 'municipality', bundle)
const statuses = ({ entries }: BundleAnswer) => entries.map(({ status }) => status)

describe.each(guides)('the examples of VkpObservation, %s', (_, folder) => {
  const examples = examplesOf(folder)

  it('are refused as they are, for the number of their subject, which is none', async () => {
    const { status, entries } = await send(batchOf(examples.map(([, resource]) => resource)))
    expect(status).toBe(200)
    expect(entries).toHaveLength(14)
    for (const entry of entries) {
      expect(entry).toEqual({
        status: '422 Unprocessable Entity',
        location: undefined,
        issues: [
          'error value: resource.subject.identifier.value A patient identifier has 11 digits, bare or as `system|value`.',
        ],
      })
    }
  })

  it('are taken when they are about somebody with a number', async () => {
    const { identifier } = folder === guides[0][1] ? first : second
    const answer = await send(batchOf(examples.map(([, one]) => about(identifier, one))))
    expect(statuses(answer)).toEqual(Array(14).fill('201 Created'))
    // What is odd about them is told (oddities.test.ts); nothing is wrong.
    const issues = answer.entries.flatMap((entry) => entry.issues)
    expect(issues.filter((issue) => issue.startsWith('error'))).toEqual([])
  })
})

describe('the Bundles of PMD', () => {
  const requests = guides.map(([, folder]) =>
    data.json<Bundle>(`${folder}/Bundle-pmd-Bundle-Request-example.json`),
  )
  const ofSomebody = (bundle: Bundle) => ({
    ...bundle,
    entry: bundle.entry?.map((one) => ({
      ...one,
      resource: about(third.identifier, one.resource ?? {}),
    })),
  })

  it('are refused for the number of a subject that is none, and taken with one', async () => {
    for (const request of requests) {
      expect(statuses(await send(request))).toEqual(['422 Unprocessable Entity'])
    }
    const [once = {}, otherwise = {}] = requests.map(ofSomebody)
    expect(statuses(await send(once))).toEqual(['201 Created'])
    // The same version of the same measurement, in the other guide with the body site in English: what is held stays.
    expect((await send(otherwise)).entries).toEqual([
      {
        status: '409 Conflict',
        location: undefined,
        issues: expect.arrayContaining([
          'error conflict: resource.meta.versionId this version, or a later one, is held with other content: send a higher version',
        ]),
      },
    ])
    const { nodes } = await askEverything(network, third)
    expect(nodes).toMatchObject([
      {
        kind: 'BODY_TEMPERATURE',
        valueText: '37 Cel',
        bodySite: { coding: [{ display: 'Endetarm' }] },
      },
    ])
  })

  it('are taken as they are where the subject has a number: the frailty scale as a collection', async () => {
    const bundle = data.json<Bundle<Observation>>(CFS)
    expect(statuses(await send(bundle))).toEqual(['201 Created'])
    expect(statuses(await send(bundle))).toEqual(['200 OK'])
    const identifier = bundle.entry?.[0]?.resource?.subject?.identifier?.value ?? ''
    const { nodes, complete } = await askEverything(network, { ...third, identifier })
    // Registered is not final: shown with its status, and with its value all the same.
    expect(nodes).toMatchObject([
      { kind: 'CLINICAL_FRAILTY', status: 'REGISTERED', valueInteger: 5, valueText: '5' },
    ])
    expect(complete).toBe(true)
  })

  it.each([
    'no/vkpobservation/examples/Bundle-pmd-Bundle-Response-example.json',
    'no/derived/pmd/Bundle-batch-response.json',
  ])('are not taken where they are answers: %s', async (path) => {
    expect(await send(data.json(path))).toEqual({
      status: 400,
      entries: [],
      issues: [
        'error invalid: Bundle.type must be batch, transaction, collection or document. (Bundle.type)',
      ],
    })
  })
})

describe.each([
  ['published', () => first],
  ['compiled', () => second],
])('what the gateway shows of the examples, %s', (_, who) => {
  let rows: readonly Row[]
  beforeAll(async () => {
    const list = await askEverything(network, who())
    rows = list.nodes
    expect(list).toMatchObject({ complete: true, totalCount: { value: 14, precision: 'EXACT' } })
    expect(list.sources.map(({ dropped }) => dropped)).toEqual([0, 0])
  })

  const rowOf = (externalId: string): Row | undefined =>
    rows.find(({ identifier }) => identifier.some(({ value }) => value.endsWith(externalId)))

  it('are 14 rows, newest first', () => {
    const times = rows.map(({ effective }) => Date.parse(effective))
    expect(times).toEqual([...times].sort((a, b) => b - a))
  })

  it('a bare date is the first instant of that day in Oslo, and says so', () => {
    expect(rowOf('testtempexternalId4')).toMatchObject({
      effective: '2022-03-16T00:00:00+01:00',
      effectivePrecision: 'DATE',
    })
    expect(rowOf('testBPexternalId1')?.effective).toBe('2021-05-10T00:00:00+02:00')
  })

  it('a performer whose number is none tells nothing: the organisation that holds the row owns it', () => {
    const { number } = organizations.municipality
    for (const { provenance } of rows) {
      expect(provenance).toMatchObject([{ organization: { number }, source: { number } }])
    }
    expect(rowOf('testtempexternalId4')?.provenance).toMatchObject([{ authorKind: 'UNKNOWN' }])
    expect(rowOf('testCFS')?.provenance).toMatchObject([{ authorKind: 'STAFF' }])
  })

  it('weight in grams is read in kilograms, and shown as it was sent', () => {
    expect(rowOf('testBWexternalId3')).toMatchObject({
      kind: 'BODY_WEIGHT',
      valueText: '49000 g',
      kilograms: { value: 49, unit: 'kg', text: '49000 g', converted: true },
    })
  })

  it('glucose in mmol/l, which is no spelling of UCUM, is mmol/L', () => {
    expect(rowOf('testGlucoseexternalId5')).toMatchObject({
      kind: 'GLUCOSE',
      valueText: '6.3 mmol/L',
      molar: { value: 6.3, unit: 'mmol/L', converted: false },
    })
  })

  it('a frailty score without unit is a number', () => {
    expect(rowOf('testCFS')).toMatchObject({
      kind: 'CLINICAL_FRAILTY',
      valueInteger: 2,
      valueText: '2',
    })
  })

  it('consciousness in a code of one vendor is consciousness all the same, in that vendor’s words', () => {
    expect(rowOf('testLCexternalId5')).toMatchObject({
      kind: 'CONSCIOUSNESS',
      valueText: 'Våken',
      valueConcept: {
        coding: [{ system: 'http://dips.no/fhir/code', code: '5', display: 'Våken' }],
      },
    })
  })

  it.each(['testBPexternalId1', 'testprofileBPexternalId1'])(
    'blood pressure has four parts, whichever code the pulse pressure has: %s',
    (id) => {
      expect(rowOf(id)?.kind).toBe('BLOOD_PRESSURE')
      expect(rowOf(id)?.component).toMatchObject([
        { kind: 'SYSTOLIC', pressure: { value: 123 } },
        { kind: 'DIASTOLIC', pressure: { value: 78 } },
        { kind: 'MEAN_ARTERIAL_PRESSURE', pressure: { value: 93 } },
        { kind: 'PULSE_PRESSURE', pressure: { value: 45 } },
      ])
    },
  )

  it('a coding that nobody else knows does not hide the measurement, and is shown', () => {
    expect(rowOf('testBPexternalId1')?.component[0]?.code.coding).toMatchObject([
      { system: 'http://loinc.org', code: '8480-6' },
      { code: 'bp-s' },
    ])
  })

  it('NEWS2 has its score and seven parts with theirs', () => {
    const news2 = rowOf('testNEWS2')
    expect(news2).toMatchObject({ kind: 'NEWS2', valueInteger: 20 })
    expect(news2?.component.map(({ kind, valueInteger }) => [kind, valueInteger])).toEqual([
      ['NEWS2_RESPIRATION', 3],
      ['NEWS2_OXYGEN_SATURATION', 3],
      ['NEWS2_AIR_OR_OXYGEN', 2],
      ['NEWS2_PULSE', 3],
      ['NEWS2_SYSTOLIC', 3],
      ['NEWS2_CONSCIOUSNESS', 3],
      ['NEWS2_TEMPERATURE', 3],
    ])
  })
})
