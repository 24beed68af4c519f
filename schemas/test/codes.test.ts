import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { buildASTSchema, isEnumType, isObjectType, parse } from 'graphql'
import {
  convertQuantity,
  equivalentTokens,
  isCodeToken,
  isTrendUnit,
  isUcumUnit,
  kindOf,
  type MeasurementKind,
  measurementOfKind,
  measurementOfToken,
  measurements,
  sharingSdl,
  substanceOf,
  tokensOf,
  trendOf,
} from '../src/index.js'

describe('the code table', () => {
  it('has in an overview each measurement that is no component of another, by its first code', () => {
    const schema = buildASTSchema(parse(sharingSdl), { assumeValidSDL: true })
    const patient = schema.getType('Patient')
    const overview = isObjectType(patient) ? patient.getFields()['overview'] : undefined
    const parts = new Set(measurements.flatMap(({ components = [] }) => components))
    expect(overview?.args.find(({ name }) => name === 'codes')?.defaultValue).toEqual(
      measurements.filter(({ kind }) => !parts.has(kind)).map((one) => tokensOf(one)[0]),
    )
  })

  it('has the same kinds as the contract, each with its unit as description', () => {
    const type = buildASTSchema(parse(sharingSdl), { assumeValidSDL: true }).getType(
      'MeasurementKind',
    )
    const values = isEnumType(type) ? type.getValues() : []
    expect(values.map(({ name }) => name).sort()).toEqual(
      measurements.map(({ kind }) => kind).sort(),
    )
    for (const { name, description } of values) {
      const unit = measurements.find(({ kind }) => kind === name)?.unit
      if (unit !== undefined && description?.match(/^\S+$/)) expect(description).toBe(unit)
    }
  })

  it('gives no coding to two measurements', () => {
    const tokens = measurements.flatMap(tokensOf)
    expect(new Set(tokens).size).toBe(tokens.length)
  })

  it('has only valid UCUM units, and components that exist', () => {
    for (const { unit, components = [] } of measurements) {
      if (unit !== undefined) expect(isUcumUnit(unit)).toBe(true)
      for (const kind of components) expect(measurementOfKind(kind)).toBeDefined()
    }
  })

  it.each([
    ['http://loinc.org', '8867-4', 'PULSE'],
    ['http://snomed.info/sct', '75367002', 'BLOOD_PRESSURE'],
    ['urn:oid:2.16.578.1.12.4.1.1.7280', 'NPU02187', 'GLUCOSE'],
    ['urn:iso:std:iso:11073:10101', '150456', 'OXYGEN_SATURATION'],
    ['http://loinc.org', '59408-5', 'OXYGEN_SATURATION'],
    ['http://loinc.org', '41653-7', 'GLUCOSE'],
    ['http://loinc.org', '3151-8', 'OXYGEN_FLOW'],
    ['http://snomed.info/sct', '4471000202106', 'SYSTOLIC'],
    ['http://snomed.info/sct', '4481000202108', 'DIASTOLIC'],
    ['http://snomed.info/sct', '4501000202102', 'MEAN_ARTERIAL_PRESSURE'],
    ['http://snomed.info/sct', '4461000202102', 'PULSE_PRESSURE'],
    ['http://snomed.info/sct', '78564009', 'PULSE'],
    ['http://snomed.info/sct', '271625008', 'RESPIRATION_RATE'],
    ['http://snomed.info/sct', '50373000', 'BODY_HEIGHT'],
  ])('knows %s|%s as %s', (system, code, kind) => {
    expect(
      kindOf([
        { system: 'http://example.org', code: 'x' },
        { system, code },
      ]),
    ).toBe(kind)
  })

  it('leads from every coding of a measurement to all its codings, in every code system', () => {
    for (const measurement of measurements) {
      const tokens = tokensOf(measurement)
      for (const token of tokens) {
        expect(measurementOfToken(token)).toBe(measurement)
        expect(equivalentTokens(token)).toEqual(tokens)
      }
    }
  })

  it('finds rows in another code system by one coding, and an unknown coding only by itself', () => {
    expect(equivalentTokens('http://loinc.org|8867-4')).toContain(
      'urn:iso:std:iso:11073:10101|149530',
    )
    expect(equivalentTokens('urn:x|1')).toEqual(['urn:x|1'])
  })

  it('knows a code by its form', () => {
    expect(isCodeToken('http://loinc.org|8867-4')).toBe(true)
    for (const text of ['', '8867-4', '|8867-4', 'a|b|c', 'a b|c', `a|${'c'.repeat(101)}`]) {
      expect(isCodeToken(text)).toBe(false)
    }
  })

  it('says of every number what a living body can have', () => {
    for (const { kind, unit, plausible } of measurements) {
      if (unit === undefined || ['BLOOD_PRESSURE', 'QUESTIONNAIRE_SCORE'].includes(kind)) continue
      const [low = 1, high = 0] = plausible ?? []
      expect([kind, low < high]).toEqual([kind, true])
    }
  })

  it('allows no mean of an ordinal score', () => {
    for (const kind of ['NEWS2', 'CLINICAL_FRAILTY', 'CONSCIOUSNESS'] as const) {
      expect(measurementOfKind(kind)?.folds).not.toContain('MEAN')
    }
  })
})

describe('the rule for a trend', () => {
  it.each([
    'http://loinc.org|29463-7',
    'http://snomed.info/sct|364075005',
    'http://loinc.org|8480-6',
  ])('allows one of %s', (code) => {
    expect(trendOf(code)).toEqual({ allowed: true, measurement: measurementOfToken(code) })
  })

  it.each([
    [
      'http://snomed.info/sct|1104051000000101',
      'NEWS2 score is an ordinal score: a mean of it says nothing.',
    ],
    [
      'http://snomed.info/sct|763264000',
      'Clinical Frailty Scale is an ordinal score: a mean of it says nothing.',
    ],
    [
      'http://snomed.info/sct|1104441000000107',
      'Consciousness (ACVPU) is coded: its rows can be counted, not averaged.',
    ],
    [
      'http://loinc.org|85354-9',
      'Blood pressure is no number by itself: ask for one of its components.',
    ],
    ['http://loinc.org|1-1', 'The code table does not know this code.'],
  ])('allows none of %s, and says why', (code, why) => {
    expect(trendOf(code)).toEqual({ allowed: false, why })
  })

  it('allows every unit into which the measurement can be converted', () => {
    const units = (kind: MeasurementKind, unit: string): boolean => {
      const measurement = measurementOfKind(kind)
      return measurement !== undefined && isTrendUnit(measurement, unit)
    }
    expect(units('GLUCOSE', 'mg/dL')).toBe(true)
    expect(units('BODY_WEIGHT', 'g')).toBe(true)
    expect(units('BODY_TEMPERATURE', '[degF]')).toBe(true)
    expect(units('BODY_WEIGHT', 'cm')).toBe(false)
    expect(units('BODY_WEIGHT', 'kilo')).toBe(false)
    expect(units('CONSCIOUSNESS', '1')).toBe(false)
  })
})

describe('units', () => {
  it.each([
    [49_000, 'g', 'kg', 49],
    [98.6, '[degF]', 'Cel', 37],
    [16, 'kPa', 'mm[Hg]', 120.0102],
    [70, '/min', '/min', 70],
  ])('converts %d %s to %s', (value, from, to, result) => {
    expect(convertQuantity(value, from, to)).toBeCloseTo(result, 3)
  })

  it('converts mass and amount of glucose by its molar mass, and not without one', () => {
    expect(
      convertQuantity(126, 'mg/dL', 'mmol/L', measurementOfKind('GLUCOSE')?.molarMass),
    ).toBeCloseTo(6.994, 3)
    expect(convertQuantity(126, 'mg/dL', 'mmol/L')).toBeUndefined()
  })

  it.each([
    ['HBA1C', 48, 'mmol/mol', '%', 6.543],
    ['HBA1C', 6.5, '%', 'mmol/mol', 47.53],
    ['HBA1C', 6.5, '%', '1', 0.04753],
    ['HBA1C', 6.5, '%', '%', 6.5],
    ['HBA1C', 48, 'mmol/mol', 'umol/mol', 48_000],
    ['CREATININE', 1, 'mg/dL', 'umol/L', 88.402],
    ['BODY_WEIGHT', 49_000, 'g', 'kg', 49],
  ] as const)('converts %s: %d %s to %s', (kind, value, from, to, result) => {
    const substance = substanceOf({ kind, ...measurementOfKind(kind) })
    expect(convertQuantity(value, from, to, substance)).toBeCloseTo(result, 3)
  })

  it('converts between mass and amount for the substances that have a molar mass, each by its own, and for no other', () => {
    const factors = measurements.map((measurement) => [
      measurement.kind,
      convertQuantity(1, 'mmol/L', 'mg/dL', substanceOf(measurement)),
    ])
    expect(factors.filter(([, factor]) => factor !== undefined)).toEqual([
      ['GLUCOSE', 18.0156],
      ['CREATININE', 11.312],
    ])
  })

  it('gives back what it was given, there and back, within what 12 digits can hold', () => {
    const pairs = [
      ['BODY_WEIGHT', 'kg', 'g'],
      ['BODY_WEIGHT', 'kg', '[lb_av]'],
      ['BODY_TEMPERATURE', 'Cel', '[degF]'],
      ['BODY_TEMPERATURE', 'Cel', 'K'],
      ['GLUCOSE', 'mmol/L', 'mg/dL'],
      ['CREATININE', 'umol/L', 'mg/dL'],
      ['HBA1C', 'mmol/mol', '%'],
      ['SYSTOLIC', 'mm[Hg]', 'kPa'],
      ['PEAK_FLOW', 'L/min', 'L/s'],
      ['OXYGEN_FLOW', 'L/min', 'mL/min'],
    ] as const
    const tenths = fc.integer({ min: 1, max: 50_000 }).map((tenth) => tenth / 10)
    fc.assert(
      fc.property(fc.constantFrom(...pairs), tenths, ([kind, own, other], value) => {
        const of = substanceOf({ kind, ...measurementOfKind(kind) })
        const there = convertQuantity(value, own, other, of) ?? Number.NaN
        const back = convertQuantity(there, other, own, of) ?? Number.NaN
        expect(Math.abs(back - value)).toBeLessThan(1e-8 * Math.max(1, value))
      }),
    )
  })

  it('takes a percentage of anything but HbA1c for what it is', () => {
    expect(convertQuantity(4.8, '%', 'mmol/mol')).toBe(48)
  })

  it.each([
    ['kg', 'mm[Hg]'],
    ['mmHg', 'mm[Hg]'],
    ['', 'kg'],
    ['x'.repeat(1_000), 'kg'],
    ['per minute', '/min'],
  ])('does not convert %s to %s', (from, to) => {
    expect(convertQuantity(1, from, to)).toBeUndefined()
  })
})
