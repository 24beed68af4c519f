import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Bundle, Observation } from 'fhir/r4.js'
import { startNetwork, type WatchedNetwork } from '../kit/network.js'
import { dataFolder } from './data-folder.js'
import { about, batchOf, type Issue, sendBundle } from './send-bundle.js'
import { askEverything, patientGateway, peopleOf, type Row, STARTING_MS } from './setting.js'

const data = dataFolder()
const [person] = peopleOf(1)
const vkp = data.files<Observation>('no/vkpobservation/examples', /^Observation-/)
const frailty = data.json<Bundle<Observation>>('no/derived/pmd/Bundle-collection-CFS.json')

/**
 * The oddities that the README of the data folder counts up, 1 to 6: each is read, or refused where it cannot be, and told to the
 * sender. 7 to 9 are about tokens and attests: trust-framework.test.ts.
 */
describe('an oddity of the real examples', () => {
  let network: WatchedNetwork
  const told = new Map<string, readonly Issue[]>()
  let rows: readonly Row[]

  beforeAll(async () => {
    network = await startNetwork({ organizations: ['municipality'], settings: patientGateway })
    const identifier = person?.identifier ?? ''
    const own = frailty.entry?.flatMap(({ resource }) => resource ?? []) ?? []
    const all = [...vkp, ...own.map((one) => ['frailty', one] as const)]
    const bundle = batchOf(all.map(([, one]) => about(identifier, one)))
    const { entries } = await sendBundle(network, 'municipality', bundle)
    expect(entries.map(({ status }) => status)).toEqual(all.map(() => '201 Created'))
    for (const [at, [name]] of all.entries()) told.set(name, entries[at]?.issues ?? [])
    if (!person) throw new Error('nobody')
    rows = (await askEverything(network, person)).nodes
  }, STARTING_MS)
  afterAll(() => network.stop())

  const issuesOf = (name: string) => told.get(`Observation-${name}-create`) ?? []
  const rowOf = (kind: string, text: string) =>
    rows.find((row) => row.kind === kind && row.valueText === text)

  it('1: a subject whose number is nobody’s is refused', async () => {
    const { entries } = await sendBundle(
      network,
      'municipality',
      batchOf(vkp.map(([, one]) => one)),
    )
    expect(entries.map(({ status }) => status)).toEqual(vkp.map(() => '422 Unprocessable Entity'))
  })

  it('1: a performer whose number is nobody’s is told, and counts as unknown', () => {
    expect(issuesOf('vkp-heartrate')).toContain(
      'warning business-rule: resource.performer[0].identifier.value is nobody’s number in this system: the author counts as unknown',
    )
    expect(rowOf('PULSE', '50 /min')?.provenance).toMatchObject([{ authorKind: 'UNKNOWN' }])
  })

  it('1: a source called Thomas is told', () => {
    expect(issuesOf('vkp-heartrate')).toContain(
      'information informational: resource.meta.source is no absolute URI: kept, and used for nothing',
    )
  })

  it('1: a bare date is told, and marked', () => {
    expect(issuesOf('vkp-body-temperature')).toContain(
      'information informational: resource.effective has no time of day: ordered by its first instant in Europe/Oslo, and marked so',
    )
    expect(rowOf('BODY_TEMPERATURE', '37 Cel')).toMatchObject({ effectivePrecision: 'DATE' })
  })

  it('2: weight in grams is a unit like another', () => {
    expect(issuesOf('vkp-body-weight').join()).not.toContain('valueQuantity')
    expect(rowOf('BODY_WEIGHT', '49000 g')).toMatchObject({ kilograms: { value: 49 } })
  })

  it('2: glucose in mmol/l is read in the spelling of UCUM, and told', () => {
    expect(issuesOf('vkp-glucose')).toContain(
      'information informational: resource.valueQuantity.code is read as mmol/L of UCUM',
    )
    expect(rowOf('GLUCOSE', '6.3 mmol/L')).toMatchObject({ molar: { value: 6.3 } })
  })

  it('3: a frailty score is a number as integer and as quantity without unit, the latter told', () => {
    expect(issuesOf('vkp-cfs')).toContain(
      'information informational: resource.valueQuantity has no unit: read as a plain number',
    )
    expect(rowOf('CLINICAL_FRAILTY', '2')?.valueInteger).toBe(2)
    expect(rowOf('CLINICAL_FRAILTY', '5')?.valueInteger).toBe(5)
  })

  it('3: a value that is only registered is shown with its status, and told', () => {
    expect(told.get('frailty')).toContain(
      'information informational: resource.status says that there is no result yet: the value is shown with it',
    )
    expect(rowOf('CLINICAL_FRAILTY', '5')?.status).toBe('REGISTERED')
  })

  it('4: consciousness in a code of one vendor is shown in its words, and told', () => {
    expect(issuesOf('level-of-consciousness')).toContain(
      'warning business-rule: resource.valueCodeableConcept has no code that others know (SNOMED CT, LOINC): shown in the source’s own words',
    )
    expect(rowOf('CONSCIOUSNESS', 'Våken')).toBeDefined()
  })

  it('5: pulse pressure in the Norwegian code is pulse pressure, and told', () => {
    expect(issuesOf('blood-pressure')).toContain(
      'information informational: resource.component[3].code.coding[0] is read as Pulse pressure, elsewhere 87179004',
    )
    const parts = rows
      .filter(({ kind }) => kind === 'BLOOD_PRESSURE')
      .map((row) => row.component[3])
    expect(parts.map((part) => part?.kind)).toEqual(['PULSE_PRESSURE', 'PULSE_PRESSURE'])
  })

  it('5: a code that nobody else knows is shown beside the known one, and told', () => {
    expect(issuesOf('blood-pressure')).toContain(
      'information informational: resource.component[0].code.coding[1] is not in the code table: shown, and not read',
    )
  })

  it('6: a number in identifier.id is not read, and the sender told where it belongs', async () => {
    const patient = { resourceType: 'Patient', id: 'p', identifier: [{ id: person?.identifier }] }
    const [, example] = vkp[0] ?? []
    const subject = { reference: '#p' }
    const bundle = batchOf([{ ...example, contained: [patient], subject }])
    const { entries } = await sendBundle(network, 'municipality', bundle)
    expect(entries).toMatchObject([
      {
        status: '422 Unprocessable Entity',
        issues: [
          'error value: resource.subject has no identifier.value; FHIR’s identifier.id is no place for a number',
        ],
      },
    ])
  })
})
