import { describe, expect, it } from '@jest/globals'
import { targetFields } from '../src/classes/care-plan/goals.js'

const measure = { coding: [{ system: 'http://loinc.org', code: '59261-8' }] }
const ucum = 'http://unitsofmeasure.org'

describe('goals of a plan', () => {
  it('convert HbA1c between its two scales, as a measurement of it is converted', () => {
    const target = {
      measure,
      detailRange: {
        low: { value: '6.5', unit: '%', system: ucum, code: '%' },
        high: { value: '7', unit: '%', system: ucum, code: '%' },
      },
    } as const
    expect(targetFields.low(target, { unit: 'mmol/mol' })?.value).toBeCloseTo(47.5, 0)
    // 53 mmol/mol is 7.0 % (NGSP); a mere factor would make 70 of it.
    expect(targetFields.high(target, { unit: 'mmol/mol' })?.value).toBeCloseTo(53, 0)
    expect(targetFields.high(target, { unit: '%' })).toMatchObject({ value: 7, converted: false })
  })
})
