import { describe, expect, it } from '@jest/globals'
import type { Observation } from 'fhir/r4.js'
import { contentDigest, sentDigest } from '../src/map/canonical.js'
import { effectiveOf } from '../src/map/effective.js'
import { readElements } from '../src/map/elements.js'
import { elementsFor } from '../src/map/needs.js'
import { ucumOf } from '../src/map/units.js'
import { numberOf, valueFields } from '../src/map/value.js'
import { contractSchema } from '../src/question/schema.js'
import { weight } from './kit/observations.js'

describe('the time of a measurement', () => {
  it.each([
    ['2026-03-29', '2026-03-29T00:00:00+01:00', 'the day on which clocks go forward'],
    ['2026-07-01', '2026-07-01T00:00:00+02:00', 'a day in summer'],
    ['2026-07', '2026-07-01T00:00:00+02:00', 'a month'],
    ['2026', '2026-01-01T00:00:00+01:00', 'a year'],
  ])('%s begins at %s: %s', (effectiveDateTime, start) => {
    expect(effectiveOf({ effectiveDateTime })).toEqual({
      start,
      startMs: Date.parse(start),
      precision: 'DATE',
    })
  })
  it('ends with the last instant of a bare date, month or year', () => {
    const endOf = (end: string) =>
      effectiveOf({ effectivePeriod: { start: '2020-01-01', end } })?.end
    expect([endOf('2026-02-03'), endOf('2026-02'), endOf('2026')]).toEqual([
      '2026-02-03T23:59:59.999+01:00',
      '2026-02-28T23:59:59.999+01:00',
      '2026-12-31T23:59:59.999+01:00',
    ])
  })
  it('keeps offset and fraction as they were sent, and sorts by whole milliseconds', () => {
    const effectiveInstant = '2026-01-02T03:04:05.678901-09:30'
    expect(effectiveOf({ effectiveInstant })).toEqual({
      start: effectiveInstant,
      startMs: Date.parse('2026-01-02T12:34:05.678Z'),
      precision: 'INSTANT',
    })
  })
  it('is the first event of a timing', () => {
    expect(
      effectiveOf({ effectiveTiming: { event: ['2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z'] } }),
    ).toMatchObject({
      start: '2026-01-02T00:00:00Z',
    })
  })
  it.each(['2026-02-30', '2026-01-01T25:00:00Z', '2026-01-01T10:00', 'yesterday'])(
    'is not %s',
    (effectiveDateTime) => {
      expect(effectiveOf({ effectiveDateTime, issued: '2026-01-01T00:00:00Z' })).toBeUndefined()
    },
  )
})

describe('what a measurement says', () => {
  const observation = (more: object = {}) => weight({ ...more }) as unknown as Observation
  const of = (more: object) => contentDigest(observation(more))
  const quantity = { value: 70.5, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' }

  it('is the same whatever is only for display, and in whatever order codings stand', () => {
    const coding = [
      { system: 'b', code: '2' },
      { system: 'a', code: '1', display: 'x' },
    ]
    expect(of({ code: { coding } })).toBe(of({ code: { coding: coding.toReversed(), text: 'y' } }))
    expect(of({ valueQuantity: { ...quantity, unit: 'kilo' }, note: [{ text: 'x' }] })).toBe(of({}))
  })
  it.each([
    ['status', { status: 'amended' }],
    ['value', { valueQuantity: { ...quantity, value: 70.6 } }],
    ['unit', { valueQuantity: { ...quantity, code: 'g' } }],
    ['comparator', { valueQuantity: { ...quantity, comparator: '<' } }],
    ['code', { code: { coding: [{ system: 'a', code: 'b' }] } }],
    ['a component', { component: [{ code: { text: 'a' }, valueInteger: 1 }] }],
  ])('is another with another %s', (_what, more) => {
    expect(of(more)).not.toBe(of({}))
  })
  it('was sent before where only version, narrative and id differ', () => {
    const again = {
      id: 'x',
      meta: { versionId: '9', lastUpdated: '2026-01-01T00:00:00Z' },
      text: { status: 'generated', div: '<div/>' },
    }
    expect(sentDigest(observation(again))).toBe(sentDigest(observation({ meta: {} })))
    expect(sentDigest(observation({ note: [{ text: 'x' }] }))).not.toBe(sentDigest(observation()))
  })
})

describe('a value in words', () => {
  it.each([
    ['{"valueQuantity":{"value":1e2,"unit":"mg"}}', '1e2 mg'],
    ['{"valueQuantity":{"value":-0.50,"code":"Cel"}}', '-0.50 Cel'],
    ['{"valueQuantity":{"comparator":">=","value":5}}', '>= 5'],
    [
      '{"valueRange":{"low":{"value":1.0,"unit":"a"},"high":{"value":2,"unit":"a"}}}',
      '1.0 a – 2 a',
    ],
    ['{"valueRatio":{"numerator":{"value":1},"denominator":{"value":128}}}', '1 : 128'],
    ['{"valuePeriod":{"start":"2026-01-01","end":"2026-01-02"}}', '2026-01-01 – 2026-01-02'],
    ['{"valueString":"\\"value\\": 7.0"}', '"value": 7.0'],
    ['{"valueBoolean":false}', 'false'],
    ['{"valueTime":"07:00:00"}', '07:00:00'],
    ['{"valueCodeableConcept":{"coding":[{"code":"A"}]}}', 'A'],
    ['{}', undefined],
  ])('%s is %s', (json, expected) => {
    expect(valueFields.valueText(readElements(json))).toBe(expected)
  })
})

describe('a number for a fold', () => {
  const weighed = { unit: 'kg' }
  const scored = { unit: '{score}' }
  it.each([
    ['{"valueQuantity":{"value":70.0,"code":"kg"}}', weighed, 'kg', 70],
    ['{"valueQuantity":{"value":70.0,"code":"kg"}}', weighed, 'g', 70_000],
    [
      '{"valueQuantity":{"value":90,"code":"mg/dL"}}',
      { unit: 'mmol/L', molarMass: 180.156 },
      'mmol/L',
      4.99567041897,
    ],
    ['{"valueQuantity":{"value":3,"comparator":"<","code":"kg"}}', weighed, 'kg', undefined],
    ['{"valueQuantity":{"value":3,"code":"m"}}', weighed, 'kg', undefined],
    ['{"valueQuantity":{"value":1e400,"code":"kg"}}', weighed, 'kg', undefined],
    ['{"valueQuantity":{"value":1e200,"code":"kg"}}', weighed, 'kg', undefined],
    ['{"valueQuantity":{"value":70}}', weighed, 'kg', undefined],
    ['{"valueInteger":97}', { unit: '%' }, '1', undefined],
    ['{"valueInteger":7}', scored, '{score}', 7],
    ['{"valueInteger":7}', scored, '1', 7],
    ['{"valueQuantity":{"value":7,"code":"{score}"}}', scored, '1', 7],
    ['{"valueQuantity":{"value":7}}', scored, '{score}', 7],
    ['{"valueQuantity":{"value":7,"comparator":">"}}', scored, '{score}', undefined],
    ['{"valueString":"7"}', scored, '{score}', undefined],
  ])('of %s measured in %j is, in %s, %s', (json, measurement, unit, expected) => {
    expect(numberOf(readElements(json), measurement, unit)).toBe(expected)
  })
})

describe('a unit', () => {
  const system = 'http://unitsofmeasure.org'
  it.each([
    [{ system, code: 'mmol/l', unit: 'x' }, 'mmol/L'],
    [{ unit: 'mmHg' }, 'mm[Hg]'],
    [{ unit: '°C' }, 'Cel'],
    [{ system: 'urn:iso:std:iso:11073:10101', code: '264864', unit: '/min' }, '/min'],
    [{ system, code: 'slag/min' }, '/min'],
    [{ unit: 'pr. min' }, '/min'],
    [{ unit: '# per day.' }, undefined],
    [{ system, code: 'units' }, undefined],
    [{}, undefined],
  ])('%j is %s', (quantity, expected) => {
    expect(ucumOf(quantity)).toBe(expected)
  })
})

describe('the elements that a field needs', () => {
  it('are known for every field of the contract’s Observation', () => {
    const type = contractSchema.getType('Observation')
    const fields = Object.keys(type && 'getFields' in type ? type.getFields() : {})
    expect(fields.length).toBeGreaterThan(20)
    expect(() => elementsFor(fields)).not.toThrow()
    expect(() => elementsFor(['colour'])).toThrow('Observation.colour')
  })
  it('are no more than needed', () => {
    expect(elementsFor(['id', 'version', 'kind', 'code'])).toEqual(['code'])
  })
})
