import { describe, expect, it } from '@jest/globals'
import { contextOf, oxygenFields } from '../src/map/context.js'
import { doubtsOf } from '../src/map/doubts.js'
import { readElements } from '../src/map/elements.js'

const PUBLISHED = 'http://hl7.no/fhir/StructureDefinition/NoDomainVitalSignsObservation'
const SNOMED = 'http://snomed.info/sct'
const LOINC = 'http://loinc.org'
const since = (name: string): string =>
  `http://hl7.no/fhir/no-domain/vitalsigns/StructureDefinition/NoDomainVitalSigns${name}Extension`
const published = (name: string): string => `${PUBLISHED}${name}`

const coded = (code: string, display: string) => ({
  valueCoding: { system: SNOMED, code, display },
})
const inspired = (url: (name: string) => string, ...parts: readonly object[]) => ({
  extension: [{ url: url('InspiredOxygen'), extension: parts }],
})
const read = (resource: object) => readElements(JSON.stringify(resource))
const contextIn = (resource: object) => contextOf(read(resource))
const oxygenIn = (resource: object, unit = 'L/min') => {
  const [oxygen] = contextIn(resource)?.oxygen ?? []
  if (!oxygen) return undefined
  return {
    onAir: oxygen.onAir,
    method: oxygen.method,
    flow: oxygenFields.flow(oxygen, { unit }),
    concentration: oxygenFields.concentration(oxygen, { unit: '%' }),
  }
}

describe('what a measurement depends on', () => {
  it.each([
    ['as published', published, 'BloodpressureBodyPosition'],
    ['as the guide has it since', since, 'BloodpressureBodyPosition'],
    ['of a pulse', published, 'HeartRatePulseBodyPosition'],
    ['of respiration', since, 'RespirationRateBodyPosition'],
  ])('is its body position, %s, and the size of the cuff', (_, url, name) => {
    const context = contextIn({
      extension: [
        { url: url(name), ...coded('33586001', 'Sittende') },
        { url: url('CuffSize'), ...coded('720737000', 'Voksne') },
      ],
    })
    expect(context).toEqual({
      oxygen: [],
      bodyPosition: {
        coding: [{ system: SNOMED, code: '33586001', display: 'Sittende' }],
        text: undefined,
      },
      cuffSize: {
        coding: [{ system: SNOMED, code: '720737000', display: 'Voksne' }],
        text: undefined,
      },
      sleepStatus: undefined,
      confoundingFactor: [],
    })
  })

  it('is HL7’s own body position too, sleep, and whatever else is said to have influenced it', () => {
    const context = contextIn({
      extension: [
        {
          url: 'http://hl7.org/fhir/StructureDefinition/observation-bodyPosition',
          valueCodeableConcept: { text: 'Sitting' },
        },
        { url: published('SleepStatus'), ...coded('248218005', 'Våken') },
        { url: published('ConfoundingFactor'), valueCodeableConcept: { text: 'Etter trapp' } },
        { url: published('ConfoundingFactor'), valueCodeableConcept: { text: 'Feber' } },
      ],
    })
    expect(context).toMatchObject({
      bodyPosition: { text: 'Sitting' },
      sleepStatus: { coding: [{ display: 'Våken' }] },
      confoundingFactor: [{ text: 'Etter trapp' }, { text: 'Feber' }],
    })
  })

  it('is not there where nothing of the kind was sent, whatever else was', () => {
    expect(contextIn({ valueQuantity: { value: 97 } })).toBeUndefined()
    const foreign = [
      { url: 'http://example.org/CuffSize', valueString: 'x' },
      { url: published('Tilt'), valueQuantity: { value: 14, unit: 'deg' } },
      { url: published('CuffSize') },
    ]
    expect(contextIn({ extension: foreign })).toBeUndefined()
  })
})

describe('oxygen', () => {
  it.each([
    ['as published', published, 'ProsentO2'],
    ['as the guide has it since', since, 'PercentO2'],
  ])('has its flow in litres and its share, %s', (_, url, percent) => {
    const resource = inspired(
      url,
      { url: url('Flow'), valueQuantity: { value: 2.5, unit: 'l/min' } },
      { url: url(percent), valueRatio: { numerator: { value: 28 }, denominator: { value: 100 } } },
      { url: url('OnAir'), valueBoolean: false },
      { url: url('MethodofOxygenDelivery'), valueString: 'Nesekateter' },
    )
    expect(oxygenIn(resource)).toEqual({
      onAir: false,
      method: 'Nesekateter',
      flow: { value: 2.5, unit: 'L/min', comparator: null, text: '2.5 l/min', converted: false },
      concentration: { value: 28, unit: '%', comparator: null, text: '28 : 100', converted: true },
    })
  })

  it('is converted from millilitres, with what was sent beside it', () => {
    const flow = { url: published('Flow'), valueQuantity: { value: 6100, unit: 'ml/min' } }
    expect(oxygenIn(inspired(published, flow))?.flow).toEqual({
      ...{ value: 6.1, unit: 'L/min', comparator: null, text: '6100 ml/min', converted: true },
    })
    expect(oxygenIn(inspired(published, flow), 'kg')?.flow).toBeNull()
  })

  it('is read from components as US Core writes them', () => {
    const part = (code: string, value: number, unit: string) => ({
      code: { coding: [{ system: LOINC, code }] },
      valueQuantity: { value, unit, code: unit },
    })
    expect(
      oxygenIn({ component: [part('3151-8', 6, 'L/min'), part('3150-6', 40, '%')] }),
    ).toMatchObject({
      onAir: undefined,
      flow: { value: 6, text: '6 L/min' },
      concentration: { value: 40, text: '40 %' },
    })
  })

  it('that is not told is not air, and a share of nothing is none', () => {
    const nothing = { numerator: { value: 21 }, denominator: { value: 0 } }
    expect(
      oxygenIn(inspired(published, { url: published('FiO2'), valueRatio: nothing })),
    ).toMatchObject({ onAir: undefined, flow: null, concentration: null })
  })

  const air = { url: published('OnAir'), valueBoolean: true }
  const share = (value: number) => ({
    url: published('FiO2'),
    valueRatio: { numerator: { value }, denominator: { value: 100 } },
  })
  const litres = (value: number) => ({
    url: published('Flow'),
    valueQuantity: { value, unit: 'L/min' },
  })
  it.each([
    ['air', [air], []],
    ['air, of 21 % oxygen and no flow', [air, share(21), litres(0)], []],
    ['air, and a flow', [air, litres(2)], ['OXYGEN_CONTRADICTION']],
    ['air, and more oxygen than air has', [air, share(28)], ['OXYGEN_CONTRADICTION']],
    ['a flow alone', [litres(2)], []],
  ])('of which is said: %s', (_, parts, expected) => {
    expect(doubtsOf(read(inspired(published, ...parts)))).toEqual(expected)
  })
})
