import { describe, expect, it } from '@jest/globals'
import { kindOf, parsePatientIdentifier } from '@kilde/contract'
import {
  type OrganizationKey,
  organizations,
  type PatientKey,
  patients,
  personas,
} from '@kilde/people'
import type { Observation } from 'fhir/r4.js'
import { bundlesOf, demoBundles, demoCharts, demoPatients, generateRows } from '../src/index.js'

const until = new Date('2026-11-22T12:00:00Z')
const charts = demoCharts(until)
const all = Object.values(charts).flatMap((chart) => [...chart.values()].flat())

const held = (patient: PatientKey, organization: OrganizationKey): readonly Observation[] =>
  charts[patient].get(organization) ?? []
const ofKind = (rows: readonly Observation[], kind: string) =>
  rows.filter((row) => kindOf(row.code.coding ?? []) === kind)

describe('the generated courses', () => {
  it('are the same for the same date, whatever the time of day, and move with it', () => {
    const written = (date: string) => JSON.stringify(demoBundles(new Date(date)))
    expect(written('2026-11-22T20:00:00Z') === written('2026-11-22T12:00:00Z')).toBe(true)
    expect(written('2026-11-23T12:00:00Z')).toContain('2026-11-22T')
    expect(JSON.stringify(all)).not.toContain('2026-11-22T')
  })

  it('hold six to eight thousand observations, at exactly the organisations that the patient list tells', () => {
    expect(all.length).toBeGreaterThan(6_000)
    expect(all.length).toBeLessThan(8_000)
    for (const [key, patient] of Object.entries(patients)) {
      expect([key, ...charts[key as PatientKey].keys()].sort()).toEqual(
        [key, ...patient.organizations].sort(),
      )
    }
  })

  it('are coded so that the code table knows every observation and component', () => {
    const concepts = all.flatMap(({ code, component = [] }) => [
      code,
      ...component.map((part) => part.code),
    ])
    expect(concepts.filter(({ coding = [] }) => kindOf(coding) === undefined)).toEqual([])
    const kinds = new Set(all.map((row) => kindOf(row.code.coding ?? [])))
    expect([...kinds].map(String).sort()).toEqual(
      [
        'BLOOD_PRESSURE',
        'BODY_HEIGHT',
        'BODY_MASS_INDEX',
        'BODY_TEMPERATURE',
        'BODY_WEIGHT',
        'CLINICAL_FRAILTY',
        'CONSCIOUSNESS',
        'FEV1',
        'GLUCOSE',
        'NEWS2',
        'OXYGEN_SATURATION',
        'PEAK_FLOW',
        'PULSE',
        'QUESTIONNAIRE_SCORE',
        'RESPIRATION_RATE',
      ].sort(),
    )
  })

  it('hold no identity number but the synthetic ones of the demo', () => {
    const known = new Set<string>([
      ...Object.values(patients).map((one) => one.identifier),
      ...personas.map((one) => one.pid),
    ])
    const found = new Set(JSON.stringify(all).match(/(?<!\d)\d{11}(?!\d)/g))
    for (const number of found) {
      expect(known.has(number)).toBe(true)
      expect(Number(number.slice(2, 4))).toBeGreaterThan(80)
      expect(parsePatientIdentifier(number).value).toBe(number)
    }
  })

  it('never put a number about a person into an id, and no id twice into one organisation', () => {
    for (const organization of Object.keys(organizations) as OrganizationKey[]) {
      const rows = Object.values(charts).flatMap((chart) => chart.get(organization) ?? [])
      const versions = rows.map((row) => `${row.id ?? ''}/${row.meta?.versionId ?? ''}`)
      expect(new Set(versions).size).toBe(rows.length)
      expect(rows.filter(({ id = '' }) => !/^(copy-)?[a-z]+-\d{5}$/.test(id))).toEqual([])
    }
  })

  it('carry a value, components or both in every observation, with a unit for every quantity', () => {
    const valuesOf = ({ valueQuantity, valueInteger, valueCodeableConcept }: Observation) =>
      [valueQuantity, valueInteger, valueCodeableConcept].filter((value) => value !== undefined)
    expect(all.filter((row) => valuesOf(row).length + (row.component ? 1 : 0) === 0)).toEqual([])
    expect(all.filter((row) => valuesOf(row).length > 1)).toEqual([])
    const quantities = all.flatMap(({ valueQuantity }) => valueQuantity ?? [])
    expect(
      quantities.filter(({ system, code }) => system !== 'http://unitsofmeasure.org' || !code),
    ).toEqual([])
  })
})

describe('the COPD course', () => {
  const times = (rows: readonly Observation[]) =>
    rows
      .map((row) => Date.parse(row.effectiveDateTime ?? row.effectivePeriod?.start ?? ''))
      .sort((a, b) => a - b)

  it('moves from the neighbour municipality after 60 days and is at home nowhere while in hospital', () => {
    const neighbour = times(held('copd', 'neighbour'))
    const municipality = times(held('copd', 'municipality'))
    expect(neighbour.at(-1)).toBeLessThan(municipality[0] ?? 0)
    const inpatient = times(ofKind(held('copd', 'hospital'), 'NEWS2'))
    const during = municipality.filter(
      (time) => time > (inpatient[0] ?? 0) && time < (inpatient.at(-1) ?? 0),
    )
    expect(during).toEqual([])
  })

  it('has a lung function of five measurements at three organisations', () => {
    const spirometries = [...charts.copd].map(([key, rows]) => [key, ofKind(rows, 'FEV1').length])
    expect(Object.fromEntries(spirometries)).toEqual({ neighbour: 1, municipality: 1, hospital: 3 })
  })

  it('gets worse before the admission: SpO2 falls by more than 5 points, and NEWS2 counts to 7 or more', () => {
    const mean = (rows: readonly Observation[]) =>
      rows.reduce((sum, row) => sum + (row.valueQuantity?.value ?? 0), 0) / rows.length
    const saturation = ofKind(held('copd', 'municipality'), 'OXYGEN_SATURATION')
    const admission = times(ofKind(held('copd', 'hospital'), 'NEWS2'))[0] ?? 0
    const daysBefore = (row: Observation) =>
      (admission - Date.parse(row.effectiveDateTime ?? '')) / 86_400_000
    const well = saturation.filter((row) => daysBefore(row) > 20)
    const ill = saturation.filter((row) => daysBefore(row) > 0 && daysBefore(row) < 2)
    expect(mean(well) - mean(ill)).toBeGreaterThan(5)
    const scores = ofKind(held('copd', 'hospital'), 'NEWS2')
    expect(Math.max(...scores.map((row) => row.valueInteger ?? 0))).toBeGreaterThanOrEqual(7)
    for (const row of scores) {
      const parts = (row.component ?? []).map((part) => part.valueInteger ?? Number.NaN)
      expect(parts).toHaveLength(7)
      expect(parts.reduce((sum, part) => sum + part, 0)).toBe(row.valueInteger)
    }
  })
})

describe('the copies', () => {
  const original = new Map(
    held('copies', 'municipality').map((row) => [
      `${row.identifier?.[0]?.value}/${row.meta?.versionId}`,
      row,
    ]),
  )
  const copies = held('copies', 'hospital')

  it('keep identifier, version, controller and content of the original, but for one that conflicts', () => {
    expect(copies).toHaveLength(90)
    const differing = copies.filter((copy) => {
      const { id: _id, ...content } = copy
      const { id: _original, ...theirs } = original.get(`${copy.identifier?.[0]?.value}/1`) ?? {}
      return JSON.stringify(content) !== JSON.stringify(theirs)
    })
    expect(differing).toHaveLength(1)
    for (const copy of copies) {
      expect(copy.performer?.[1]?.identifier?.value).toBe(organizations.municipality.number)
    }
  })

  it('stand beside one original that its owner has corrected since', () => {
    const corrected = held('copies', 'municipality').filter((row) => row.status === 'corrected')
    expect(corrected).toMatchObject([
      { meta: { versionId: '2' }, valueQuantity: { value: 82.6, code: 'kg' } },
    ])
    const identifier = corrected[0]?.identifier?.[0]?.value
    const copy = copies.find((row) => row.identifier?.[0]?.value === identifier)
    expect(copy).toMatchObject({ meta: { versionId: '1' }, status: 'final' })
  })
})

describe('the patients', () => {
  const known = demoPatients(until).flatMap(({ organization, bundle }) =>
    (bundle.entry ?? []).flatMap(({ resource }) => (resource ? [{ organization, resource }] : [])),
  )

  it('have a name at exactly the organisations that hold their measurements', () => {
    for (const { identifier, organizations: holders } of Object.values(patients)) {
      const found = known.filter(({ resource }) => resource.identifier?.[0]?.value === identifier)
      expect(found.map(({ organization }) => organization)).toEqual(holders)
    }
  })

  it('are called by their official name by most, and otherwise by some', () => {
    const names = known.map(({ organization, resource: { id, name } }) => {
      const { use, text, given = [], family } = name?.[0] ?? {}
      return [id, organization, use, text ?? [...given, family].join(' ')]
    })
    const { copd } = patients
    expect(names).toContainEqual(['copd', 'municipality', 'official', copd.name])
    const differing = names.filter(([key, , , name]) => name !== patients[key as PatientKey].name)
    expect(differing).toEqual([
      ['copd', 'neighbour', 'official', 'Kari Marie Kols'],
      ['diabetes', 'gp', 'usual', 'Didde Sukker'],
      ['diabetes', 'homeCare', undefined, 'D. Sukker'],
    ])
  })
})

describe('generateRows', () => {
  it('makes exactly as many rows as asked for, spread evenly, some at the same instant', () => {
    const organizationKeys = ['municipality', 'hospital', 'gp', 'neighbour', 'homeCare'] as const
    const chart = generateRows({
      patient: patients.none,
      organizations: organizationKeys,
      rows: 5_003,
      until,
    })
    const rows = [...chart.values()].flat()
    expect(rows).toHaveLength(5_003)
    expect([...chart.values()].map((part) => part.length)).toEqual([1001, 1001, 1001, 1000, 1000])
    expect(new Set(rows.map((row) => row.effectiveDateTime)).size).toBeLessThan(5_003)
    expect(rows.every((row) => Date.parse(row.effectiveDateTime ?? '') < until.getTime())).toBe(
      true,
    )
  })
})

describe('bundlesOf', () => {
  it('cuts a chart into FHIR batches of PUT entries and keeps every observation', () => {
    const bundles = bundlesOf(charts.copd, 100)
    expect(Math.max(...bundles.map(({ bundle }) => bundle.entry?.length ?? 0))).toBe(100)
    const entries = bundles.flatMap(({ bundle }) => bundle.entry ?? [])
    expect(entries).toHaveLength([...charts.copd.values()].flat().length)
    expect(bundles[0]).toMatchObject({
      organization: 'neighbour',
      bundle: { resourceType: 'Bundle', type: 'batch' },
    })
    expect(entries[0]).toMatchObject({
      fullUrl: 'https://kilde.example/fhir/Observation/copd-00001',
      request: { method: 'PUT', url: 'Observation/copd-00001' },
    })
  })
})
