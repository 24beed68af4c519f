import { describe, expect, it } from '@jest/globals'
import { organizations, patients } from '@kilde/people'
import { dataOf, refusalOf } from '../../kit/answers.js'
import type { WatchedNetwork } from '../../kit/network.js'
import { copdDay, held, heldOf, startOf } from './course.js'

const { hospital, municipality } = organizations
const WEIGHT = 'http://loinc.org|29463-7'
const PULSE = 'http://loinc.org|8867-4'
const SYSTOLIC = 'http://loinc.org|8480-6'
/** The codes that organisations write for it, each in its own system. */
const SYSTOLIC_CODES = ['8480-6', '271649006', '150021']

interface Whole {
  readonly complete: boolean
  readonly sources: readonly {
    readonly organization: { readonly number: string }
    readonly status: string
  }[]
}

interface Trend extends Whole {
  readonly unit: string
  readonly leftOut: number
  readonly buckets: readonly {
    readonly start: string
    readonly end: string
    readonly count: number
    readonly mean: number
    readonly minimum: number
    readonly maximum: number
    readonly standardDeviation: number | null
    readonly conflicts: number
    readonly mayCountCopies: boolean
  }[]
}

interface Latest extends Whole {
  readonly items: readonly {
    readonly code: string
    readonly observation: { readonly effective: string; readonly kind: string } | null
    readonly complete: boolean
    readonly newerMayExist: boolean
  }[]
}

interface Name extends Whole {
  readonly value: { readonly text: string } | null
  readonly conflict: boolean
  readonly variants: readonly {
    readonly value: { readonly text: string }
    readonly source: { readonly name: string }
  }[]
}

const COMPLETE = 'complete sources { organization { number } status }'

export function overview(network: () => WatchedNetwork): void {
  const ask = async <Field>(who: string, patient: { identifier: string }, field: string) => {
    const document = `query ($identifier: PatientIdentifier!) { patient(identifier: $identifier) { it: ${field} } }`
    const answer = await network().ask(who, document, { identifier: patient.identifier })
    return dataOf<{ patient: { it: Field } }>(answer).patient.it
  }

  const trend = (
    who: string,
    patient: { identifier: string },
    code: string,
    unit: string,
    { start, end }: Period,
  ) =>
    ask<Trend>(
      who,
      patient,
      `observationTrend(code: "${code}", unit: "${unit}", bucket: MONTH, period: { start: "${start}", end: "${end}" }) {
        unit leftOut buckets { start end count mean minimum maximum standardDeviation conflicts mayCountCopies } ${COMPLETE}
      }`,
    )

  describe('whoever opens the chart sees at a glance', () => {
    it('her weight by month, of all who weighed her, as if it lay in one place', async () => {
      const period = { start: copdDay(0), end: copdDay(181) }
      const { unit, buckets, complete, leftOut } = await trend(
        'nurse',
        patients.copd,
        WEIGHT,
        'kg',
        period,
      )
      expect({ unit, complete, leftOut }).toEqual({ unit: 'kg', complete: true, leftOut: 0 })
      const rows = (['neighbour', 'municipality', 'hospital'] as const).flatMap((key) =>
        heldOf(held('copd', key), '29463-7', period),
      )
      expectFolds(buckets, rows, kilograms)
      // Months begin at midnight in Norway, where October begins in summer time.
      expect(buckets.slice(1).map(({ start }) => start.slice(5))).toEqual([
        '10-01T00:00:00+02:00',
        ...['11', '12', '01', '02', '03'].map((month) => `${month}-01T00:00:00+01:00`),
      ])
    })

    it('each weight once, however many organisations have a copy, and what they disagree about', async () => {
      const period = { start: '2025-06-01T00:00:00+02:00', end: '2026-04-01T00:00:00+02:00' }
      const { buckets, complete, sources } = await trend(
        'nurse',
        patients.copies,
        WEIGHT,
        'kg',
        period,
      )
      expect(complete).toBe(true)
      expect(sources.filter(({ status }) => status === 'OK').length).toBe(2)
      const shown = await ask<{ nodes: { conflict: boolean }[] } & Whole>(
        'nurse',
        patients.copies,
        `observations(first: 1000, filter: { codes: ["${WEIGHT}"] }) { nodes { conflict } ${COMPLETE} }`,
      )
      expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(shown.nodes.length)
      expect(buckets.reduce((sum, { conflicts }) => sum + conflicts, 0)).toBe(
        shown.nodes.filter(({ conflict }) => conflict).length,
      )
      expect(buckets.some(({ mayCountCopies }) => mayCountCopies)).toBe(false)
    })

    it('the newest of each measurement, and that nothing newer can be missing', async () => {
      const latest = await ask<Latest>(
        'nurse',
        patients.copd,
        `latestObservations(codes: ["${PULSE}", "${WEIGHT}", "http://loinc.org|2339-0"]) {
          items { code observation { effective kind } complete newerMayExist } ${COMPLETE}
        }`,
      )
      const newest = async (code: string) => {
        const list = await ask<{ nodes: { effective: string; kind: string }[] }>(
          'nurse',
          patients.copd,
          `observations(first: 1, filter: { codes: ["${code}"] }) { nodes { effective kind } complete sources { status } }`,
        )
        return list.nodes[0] ?? null
      }
      const sure = { complete: true, newerMayExist: false }
      expect(latest.items).toEqual([
        { code: PULSE, observation: await newest(PULSE), ...sure },
        { code: WEIGHT, observation: await newest(WEIGHT), ...sure },
        { code: 'http://loinc.org|2339-0', observation: null, ...sure },
      ])
      expect(latest.items[0]?.observation?.kind).toBe('PULSE')
      expect(latest.complete).toBe(true)
    })

    it('his systolic pressure over a year, though it is but a part of what was measured', async () => {
      const period = { start: startOf(1, 365), end: startOf(366, 365) }
      const { buckets, complete, leftOut } = await trend(
        'gp',
        patients.diabetes,
        SYSTOLIC,
        'mm[Hg]',
        period,
      )
      expect({ complete, leftOut }).toEqual({ complete: true, leftOut: 0 })
      const rows = pressures()
      expect(rows.length).toBeGreaterThan(700)
      expectFolds(buckets, rows, systolic)
    })

    it('his newest blood pressure, asked for by one of its parts', async () => {
      const { items, complete } = await ask<
        { items: readonly { observation: Pressure }[] } & Whole
      >(
        'gp',
        patients.diabetes,
        `latestObservations(codes: ["${SYSTOLIC}", "http://snomed.info/sct|271650006"]) {
          items { observation { effective component { kind quantity(unit: "mm[Hg]") { value } } } } ${COMPLETE}
        }`,
      )
      expect(complete).toBe(true)
      const newest = pressures().reduce((one, other) =>
        instantOf(one) < instantOf(other) ? other : one,
      )
      const [first, second] = items
      expect(first?.observation.effective).toBe(newest.effectiveDateTime)
      expect(first?.observation.component[0]).toEqual({
        kind: 'SYSTOLIC',
        quantity: { value: systolic(newest) },
      })
      expect(second).toEqual(first)
    })

    it('her name, and who writes it otherwise', async () => {
      const name = await ask<Name>(
        'nurse',
        patients.copd,
        `name { value { text } conflict variants { value { text } source { name } } ${COMPLETE} }`,
      )
      expect(name.value?.text).toBe(patients.copd.name)
      expect(name.variants.map(({ source }) => source.name)).toEqual(
        expect.arrayContaining([municipality.name, hospital.name]),
      )
      expect(name.conflict).toBe(new Set(name.variants.map(({ value }) => value.text)).size > 1)
      expect(name.complete).toBe(true)
    })
  })

  describe('whoever must not act on half an answer', () => {
    const document = `query ($identifier: PatientIdentifier!, $sources: [OrganizationNumber!]) {
      patient(identifier: $identifier, completion: ALL_OR_ERROR, mandatorySources: $sources) {
        observations(first: 1) { nodes { id } ${COMPLETE} completeness { policy { completion mandatorySources } } }
      }
    }`
    const identifier = patients.copd.identifier

    it('says so, and gets the whole answer with its rule repeated', async () => {
      const variables = { identifier, sources: [hospital.number] }
      const answer = await network().ask('nurse', document, variables)
      const { patient } = dataOf<{
        patient: { observations: Whole & { completeness: { policy: unknown } } }
      }>(answer)
      expect(patient.observations).toMatchObject({
        complete: true,
        completeness: {
          policy: { completion: 'ALL_OR_ERROR', mandatorySources: [hospital.number] },
        },
      })
    })

    it('gets none where a source that must be there is not even one of them', async () => {
      const variables = { identifier, sources: ['310000906'] }
      const answer = await network().ask('nurse', document, variables)
      expect(refusalOf(answer)).toEqual({
        status: 503,
        code: 'MANDATORY_SOURCE_MISSING',
        text: 'A mandatory source is missing: 310000906 not located.',
      })
    })
  })
}

type Row = ReturnType<typeof heldOf>[number]

interface Period {
  readonly start: string
  readonly end: string
}

interface Pressure {
  readonly effective: string
  readonly component: readonly { readonly kind: string; readonly quantity: { value: number } }[]
}

function expectFolds(
  buckets: Trend['buckets'],
  rows: readonly Row[],
  numberOf: (row: Row) => number,
): void {
  expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(rows.length)
  for (const bucket of buckets) {
    const values = rows.filter(isWithin(bucket)).map(numberOf)
    expect(bucket.count).toBe(values.length)
    expect(bucket.mean).toBeCloseTo(meanOf(values), 9)
    expect(bucket.standardDeviation ?? 0).toBeCloseTo(deviationOf(values), 9)
    expect([bucket.minimum, bucket.maximum]).toEqual([Math.min(...values), Math.max(...values)])
  }
}

const instantOf = ({ effectiveDateTime = '' }: Row): number => Date.parse(effectiveDateTime)

const isWithin =
  ({ start, end }: Period) =>
  (row: Row): boolean =>
    instantOf(row) >= Date.parse(start) && instantOf(row) < Date.parse(end)

/** All blood pressures of the patient with hypertension, at whichever organisation. */
const pressures = (): readonly Row[] =>
  (['municipality', 'gp', 'homeCare'] as const)
    .flatMap((key) => held('diabetes', key))
    .filter((row) => row.component?.some(isSystolic))

const isSystolic = ({ code }: NonNullable<Row['component']>[number]): boolean =>
  code.coding?.some((coding) => SYSTOLIC_CODES.includes(coding.code ?? '')) ?? false

const systolic = ({ component }: Row): number =>
  component?.find(isSystolic)?.valueQuantity?.value ?? Number.NaN

const kilograms = ({ valueQuantity }: Row): number => {
  const { value = Number.NaN, code } = valueQuantity ?? {}
  return code === 'g' ? value / 1_000 : value
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

const deviationOf = (values: readonly number[]): number => {
  const mean = meanOf(values)
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1))
}
