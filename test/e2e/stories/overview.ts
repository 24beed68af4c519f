import { describe, expect, it } from '@jest/globals'
import { organizations, patients } from '@kilde/people'
import { dataOf, refusalOf } from '../../kit/answers.js'
import type { WatchedNetwork } from '../../kit/network.js'
import { copdDay, held, heldOf } from './course.js'

const { hospital, municipality } = organizations
const WEIGHT = 'http://loinc.org|29463-7'
const PULSE = 'http://loinc.org|8867-4'

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

  const trend = (patient: { identifier: string }, bucket: string, start: string, end: string) =>
    ask<Trend>(
      'nurse',
      patient,
      `observationTrend(code: "${WEIGHT}", unit: "kg", bucket: ${bucket}, period: { start: "${start}", end: "${end}" }) {
        unit leftOut buckets { start end count mean minimum maximum standardDeviation conflicts mayCountCopies } ${COMPLETE}
      }`,
    )

  describe('whoever opens the chart sees at a glance', () => {
    it('her weight by month, of all who weighed her, as if it lay in one place', async () => {
      const period = { start: copdDay(0), end: copdDay(181) }
      const { unit, buckets, complete, leftOut } = await trend(
        patients.copd,
        'MONTH',
        period.start,
        period.end,
      )
      expect({ unit, complete, leftOut }).toEqual({ unit: 'kg', complete: true, leftOut: 0 })
      const rows = (['neighbour', 'municipality', 'hospital'] as const).flatMap((key) =>
        heldOf(held('copd', key), '29463-7', period),
      )
      expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(rows.length)
      for (const bucket of buckets) {
        const values = rows.filter(isWithin(bucket)).map(kilograms)
        expect(bucket.count).toBe(values.length)
        expect(bucket.mean).toBeCloseTo(meanOf(values), 9)
        expect(bucket.standardDeviation ?? 0).toBeCloseTo(deviationOf(values), 9)
        expect([bucket.minimum, bucket.maximum]).toEqual([Math.min(...values), Math.max(...values)])
      }
      // Months begin at midnight in Norway.
      expect(buckets.slice(1).map(({ start }) => start.slice(7))).toEqual(
        buckets.slice(1).map(() => '-01T00:00:00+01:00'),
      )
    })

    it('each weight once, however many organisations have a copy, and what they disagree about', async () => {
      const { buckets, complete, sources } = await trend(
        patients.copies,
        'MONTH',
        '2025-06-01T00:00:00+02:00',
        '2026-04-01T00:00:00+02:00',
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

const isWithin =
  ({ start, end }: { start: string; end: string }) =>
  (row: Row): boolean => {
    const at = Date.parse(row.effectiveDateTime ?? '')
    return at >= Date.parse(start) && at < Date.parse(end)
  }

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
