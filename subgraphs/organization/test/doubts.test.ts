import { describe, expect, it } from '@jest/globals'
import { codeSystems, type MeasurementKind, measurementOfKind, measurements } from '@kilde/contract'
import fc from 'fast-check'
import { doubtsOf } from '../src/map/doubts.js'
import { readElements } from '../src/map/elements.js'

const codeOf = (kind: MeasurementKind) => {
  const { loinc, snomed } = measurementOfKind(kind) ?? { loinc: [], snomed: [] }
  const [system, code] = loinc[0] ? [codeSystems.loinc, loinc[0]] : [codeSystems.snomed, snomed[0]]
  return { coding: [{ system, code }] }
}
const quantity = (value: number, unit: string, comparator?: string) => ({
  valueQuantity: { value, unit, system: codeSystems.ucum, code: unit, comparator },
})
const doubts = (resource: object) => doubtsOf(readElements(JSON.stringify(resource)))

describe('a value that no living body can have', () => {
  it.each([
    ['BODY_WEIGHT', 80, 'kg', []],
    ['BODY_WEIGHT', 800, 'kg', ['IMPLAUSIBLE_VALUE']],
    ['BODY_WEIGHT', 80_000, 'g', []],
    ['BODY_WEIGHT', 80, 'g', ['IMPLAUSIBLE_VALUE']],
    ['BODY_TEMPERATURE', 98.6, '[degF]', []],
    ['BODY_TEMPERATURE', 98.6, 'Cel', ['IMPLAUSIBLE_VALUE']],
    ['GLUCOSE', 126, 'mg/dL', []],
    ['GLUCOSE', 126, 'mmol/L', ['IMPLAUSIBLE_VALUE']],
    ['HBA1C', 6.5, '%', []],
    ['HBA1C', 48, '%', ['IMPLAUSIBLE_VALUE']],
    ['OXYGEN_SATURATION', 100, '%', []],
    ['OXYGEN_SATURATION', 101, '%', ['IMPLAUSIBLE_VALUE']],
  ] as const)('is marked, in whatever unit it came: %s %d %s', (kind, value, unit, expected) => {
    expect(doubts({ code: codeOf(kind), ...quantity(value, unit) })).toEqual(expected)
  })

  it('is marked in a component, and in a bare score', () => {
    const component = [
      { code: codeOf('SYSTOLIC'), ...quantity(1_200, 'mm[Hg]') },
      { code: codeOf('DIASTOLIC'), ...quantity(80, 'mm[Hg]') },
    ]
    expect(doubts({ code: codeOf('BLOOD_PRESSURE'), component })).toEqual(['IMPLAUSIBLE_VALUE'])
    expect(doubts({ code: codeOf('CLINICAL_FRAILTY'), valueInteger: 10 })).toEqual([
      'IMPLAUSIBLE_VALUE',
    ])
  })

  it('is no bound, no number in an unknown unit, and nothing that the code table does not know', () => {
    expect(doubts({ code: codeOf('GLUCOSE'), ...quantity(70, 'mmol/L', '>') })).toEqual([])
    expect(doubts({ code: codeOf('GLUCOSE'), ...quantity(70, 'kg') })).toEqual([])
    expect(doubts({ code: { text: 'Blodsukker' }, ...quantity(-70, 'mmol/L') })).toEqual([])
    expect(doubts({ code: codeOf('GLUCOSE') })).toEqual([])
  })

  it('is exactly one outside of the range of the code table, both ends included', () => {
    const judged = measurements.flatMap(({ kind, unit, plausible }) =>
      unit && plausible ? [{ kind, unit, plausible }] : [],
    )
    fc.assert(
      fc.property(
        fc.constantFrom(...judged),
        fc.double({ min: -1_000, max: 5_000, noNaN: true }).map((one) => Number(one.toFixed(2))),
        ({ kind, unit, plausible: [low, high] }, value) => {
          const expected = value < low || value > high ? ['IMPLAUSIBLE_VALUE'] : []
          expect(doubts({ code: codeOf(kind), ...quantity(value, unit) })).toEqual(expected)
        },
      ),
    )
  })
})

describe('a NEWS2 total', () => {
  const parts = measurementOfKind('NEWS2')?.components ?? []
  const mostOf = (kind: MeasurementKind) => measurementOfKind(kind)?.plausible?.[1] ?? 0
  const scored = (total: number, scores: readonly (number | undefined)[]) =>
    doubts({
      code: codeOf('NEWS2'),
      valueInteger: total,
      component: parts.flatMap((kind, at) =>
        scores[at] === undefined ? [] : [{ code: codeOf(kind), valueInteger: scores[at] }],
      ),
    })

  it('is doubted exactly where its seven parts do not add up to it', () => {
    fc.assert(
      fc.property(
        fc.tuple(...parts.map((kind) => fc.integer({ min: 0, max: mostOf(kind) }))),
        fc.integer({ min: 0, max: 20 }),
        (scores, total) => {
          const sum = scores.reduce((all, one) => all + one, 0)
          expect(scored(total, scores)).toEqual(sum === total ? [] : ['SCORE_MISMATCH'])
          if (sum <= 20) expect(scored(sum, scores)).toEqual([])
        },
      ),
    )
  })

  it('is doubted, where parts are missing, exactly if no score of these could make it up', () => {
    const told = fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined })
    fc.assert(
      fc.property(
        fc.array(told, { minLength: 7, maxLength: 7 }),
        fc.integer({ min: 0, max: 20 }),
        (scores, total) => {
          const least = scores.reduce<number>((all, one) => all + (one ?? 0), 0)
          const rest = parts.map(mostOf).filter((_, at) => scores[at] === undefined)
          const possible = total >= least && total <= least + rest.reduce((a, b) => a + b, 0)
          const silent = scores.every((one) => one === undefined)
          expect(scored(total, scores)).toEqual(possible || silent ? [] : ['SCORE_MISMATCH'])
        },
      ),
    )
  })

  it('is not doubted for a part that is told twice', () => {
    const twice = parts.map((kind) => ({ code: codeOf(kind), valueInteger: 0 }))
    const component = [...twice, { code: codeOf('NEWS2_PULSE'), valueInteger: 1 }]
    expect(doubts({ code: codeOf('NEWS2'), valueInteger: 3, component })).toEqual([])
  })

  it('is doubted for both reasons at once', () => {
    expect(scored(50, [0, 0, 0, 0, 0, 0, 0])).toEqual(['IMPLAUSIBLE_VALUE', 'SCORE_MISMATCH'])
  })
})
