import { describe, expect, it } from '@jest/globals'
import { encodeNodeCursor, identityDigest, parsePatientIdentifier } from '@kilde/contract'
import { patients } from '@kilde/people'
import type { PartContext, Sources } from '../src/question/fields/field.js'
import { askTrend } from '../src/question/fields/trend.js'
import { foldOf, standardDeviation } from '../src/question/fold.js'
import type { Trend, TrendQuestion, ValueRow } from '../src/sources/source.js'

const NOON = Date.parse('2026-03-14T12:00:00+01:00')
const context: PartContext = {
  organization: '310000108',
  system: 'a system of the organisation',
  patientDigest: 'd'.repeat(22),
  catalogueAge: { confirmedAtMs: NOON, stale: false },
  nameOf: () => undefined,
}

describe('a trend over what a source gives', () => {
  it('asks for the current rows of the code and period alone, and for withdrawn ones only for a gateway', async () => {
    const direct = await answer([], ['TrendBucket.mean'])
    expect(direct.question).toEqual({
      patient: parsePatientIdentifier(patients.copd.identifier),
      codes: expect.arrayContaining([
        'http://loinc.org|29463-7',
        'http://snomed.info/sct|27113001',
      ]),
      fromMs: Date.parse('2026-03-01T00:00:00Z'),
      untilMs: Date.parse('2026-04-01T00:00:00Z'),
      status: ['registered', 'preliminary', 'final', 'amended', 'corrected', 'unknown'],
      limit: 10_000,
    })
    const merged = await answer([], ['TrendBucket.rest'])
    expect(merged.question).toMatchObject({ superseding: ['cancelled', 'entered-in-error'] })
  })

  it('folds all where more than 2,000 would travel by themselves, and says that copies may be counted', async () => {
    const rows = Array.from({ length: 2_000 }, (_, n) => row(n))
    const travelling = await answer(rows)
    expect(travelling.buckets[0]).toMatchObject({ count: 2_000, rest: null })
    expect(travelling.buckets[0]?.rows).toHaveLength(2_000)
    const withdrawn = row(2_000, { status: 'entered-in-error', t: NOON + 86_400_000 })
    const folded = await answer([...rows, withdrawn])
    expect(folded.buckets).toHaveLength(1)
    expect(folded.buckets[0]).toMatchObject({
      rows: [],
      rest: { count: 2_000, mean: expect.closeTo(70, 9), mayCountCopies: true },
      mayCountCopies: false,
    })
    expect(folded.items).toHaveLength(2_000)
  })

  it('drops rows that are no good, counts them, and keeps the others', async () => {
    const found = await answer([
      row(1),
      row(2, { resource: 'no json' }),
      row(3, { resource: '{"valueQuantity":{"value":"heavy"}}' }),
      row(4, { t: Date.parse('2025-01-01T00:00:00Z') }),
      row(5, { status: 'cancelled', resource: 'not even read' }),
    ])
    expect(found).toMatchObject({
      leftOut: 0,
      complete: false,
      partial: true,
      buckets: [{ count: 1, rows: [{ value: null }, { value: 70 }] }],
      sources: [{ status: 'OK', returned: 2, dropped: 3 }],
    })
  })

  it('says TRUNCATED where there are more rows than it may read', async () => {
    expect(await answer([row(1)], ['TrendBucket.mean'], true)).toMatchObject({
      complete: false,
      partial: true,
      sources: [{ status: 'TRUNCATED', reason: 'ROW_CAP', returned: 1 }],
    })
  })

  it('sends rows without a number where they have an identifier, and counts all such rows', async () => {
    const none = '{"valueInteger":70}'
    const bound = '{"valueQuantity":{"value":3,"comparator":"<","code":"kg"}}'
    const metre = '{"valueQuantity":{"value":3,"code":"m"}}'
    const found = await answer([
      row(1, { resource: none }),
      row(2, { resource: bound }),
      row(3, { resource: metre, identified: false }),
    ])
    expect(found).toMatchObject({ leftOut: 3, buckets: [{ count: 0, rest: null }] })
    expect(found.buckets[0]?.rows).toEqual([
      { id: '310000108.2', value: null, cursor: cursor(2) },
      { id: '310000108.1', value: null, cursor: cursor(1) },
    ])
    expect((await answer([row(1, { resource: none })], ['TrendBucket.count'])).buckets).toEqual([])
  })
})

describe('foldOf', () => {
  it('keeps the digits that sums of squares would lose', () => {
    const values = [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]
    const fold = foldOf(values)
    expect(fold).toEqual({
      count: 4,
      mean: 1e9 + 10,
      squares: expect.closeTo(90, 6),
      minimum: 1e9 + 4,
      maximum: 1e9 + 16,
    })
    expect(standardDeviation(fold)).toBeCloseTo(Math.sqrt(30), 9)
  })
  it('has no deviation of one number, and nothing of none', () => {
    expect(standardDeviation(foldOf([-7]))).toBeUndefined()
    expect(foldOf([-7])).toEqual({ count: 1, mean: -7, squares: 0, minimum: -7, maximum: -7 })
    expect(foldOf([])).toEqual({ count: 0, mean: 0, squares: 0, minimum: 0, maximum: 0 })
  })
})

interface Answered {
  readonly leftOut: number
  readonly buckets: readonly { readonly count: number; readonly rows: readonly object[] }[]
}

/** What a node makes of these rows, for a gateway unless other fields are selected. */
async function answer(
  rows: readonly ValueRow[],
  selected: readonly string[] = ['TrendBucket.rows'],
  more = false,
) {
  const asked: TrendQuestion[] = []
  const source = {
    trend: async (question: TrendQuestion): Promise<Trend> => {
      asked.push(question)
      return { known: true, asOfMs: NOON, rows, more }
    },
  } as Pick<Sources, 'trend'> as Sources
  const field = askTrend({
    key: 'observationTrend',
    args: {
      code: 'http://loinc.org|29463-7',
      period: { start: '2026-03-01T00:00:00Z', end: '2026-04-01T00:00:00Z' },
      bucket: 'DAY',
      unit: 'kg',
      timeZone: 'Europe/Oslo',
    },
    patient: parsePatientIdentifier(patients.copd.identifier),
    selected: new Set(selected),
    organization: context.organization,
    foldedRows: 10_000,
  })
  const sight = {
    reader: 'REPRESENTATIVE',
    sees: () => false,
    shown: async () => new Map(),
  } as const
  const part = (await field.read(source, new AbortController().signal, sight)).part(context)
  const content = part.content([]) as Answered
  return { ...content, question: asked[0], items: part.items([]), partial: part.isPartial([]) }
}

function row(n: number, more: Partial<ValueRow> = {}): ValueRow {
  return {
    id: `310000108.${n}`,
    identity: identityDigest(`urn:test|${n}`),
    t: NOON,
    version: 1,
    status: 'final',
    content: 'c'.repeat(32),
    owner: '310000108',
    identified: true,
    resource: '{"valueQuantity":{"value":70.0,"code":"kg"}}',
    ...more,
  }
}

const cursor = (n: number): string =>
  encodeNodeCursor({
    s: 'F',
    t: NOON,
    i: identityDigest(`urn:test|${n}`),
    o: '310000108',
    d: `310000108.${n}`,
    p: context.patientDigest,
    n: 1,
    c: 'c'.repeat(32),
    w: '310000108',
  })
