import { createHash } from 'node:crypto'
import {
  codeSystems,
  type MeasurementKind,
  measurementOfKind,
  measurementOfToken,
  tokensOf,
} from '@kilde/contract'
import type { Random } from '../random.js'
import type { Part } from './world.js'

/** What was measured: the part of a row that all its copies have in common. */
export interface Content extends Part {
  readonly kind: MeasurementKind | null
  readonly valueText: string | null
  readonly valueInteger: number | null
  readonly valueConcept: object | null
  readonly component: readonly (Part & object)[]
  readonly interpretation: readonly object[]
}

const UNITS: Partial<Record<MeasurementKind, readonly string[]>> = {
  PULSE: ['/min'],
  BODY_WEIGHT: ['kg', 'g'],
  SYSTOLIC: ['mm[Hg]', 'kPa'],
  GLUCOSE: ['mmol/L', 'mg/dL'],
  BODY_TEMPERATURE: ['Cel', '[degF]'],
  OXYGEN_SATURATION: ['%'],
}
const NUMERIC: readonly MeasurementKind[] = [
  'PULSE',
  'PULSE',
  'BODY_WEIGHT',
  'GLUCOSE',
  'BODY_TEMPERATURE',
  'OXYGEN_SATURATION',
  'SYSTOLIC',
]
/** Texts that JSON, UTF-8 and careless scanners trip over. */
export const TEXTS = [
  'Våken',
  '«æøå» "q" \\ / \b\f\n\r\t',
  '愛 😀 \u2028\u2029',
  '\ud800 alone',
  '},{"cursor":"2F',
  '\u0000\u001f\u007f',
  '',
  'r0_0',
]

export function makeContent(random: Random): Content {
  const made = random.weighted([
    [10, numeric],
    [2, bloodPressure],
    [1, score],
    [1, coded],
    [1, unknown],
  ])
  return made(random)
}

const EMPTY: Omit<Content, 'tokens' | 'kind'> = {
  measured: null,
  valueText: null,
  valueInteger: null,
  valueConcept: null,
  component: [],
  interpretation: [],
}

function numeric(random: Random): Content {
  const kind = random.pick(NUMERIC)
  const value = makeValue(random)
  const unit = random.pick(UNITS[kind] ?? ['1'])
  const comparator = random.chance(0.05) ? random.pick(['LESS_THAN', 'GREATER_OR_EQUAL']) : null
  const text = `${comparator ? '< ' : ''}${value} ${unit}`
  const molarMass = measurementOfKind(kind)?.molarMass ?? null
  const measured = random.chance(0.93) ? { value, unit, comparator, molarMass, text } : null
  return {
    ...EMPTY,
    ...coding(random, kind),
    measured,
    valueText: measured ? text : null,
    interpretation: random.chance(0.2)
      ? [concept('http://hl7.org/v3', random.pick(['H', 'N']), null)]
      : [],
  }
}

function makeValue(random: Random): number {
  return random.weighted([
    [8, () => random.between(300, 1_400) / 10],
    [2, () => random.next() * 100],
    [1, () => random.pick([0, -0.5, 0.1 + 0.2, 1e-7, 123456789.12345679, 5e15, 1e21])],
  ])()
}

function bloodPressure(random: Random): Content {
  const part = (kind: MeasurementKind) => {
    const { tokens } = coding(random, kind)
    const value = random.between(40, 200)
    const comparator = random.chance(0.05) ? 'GREATER_THAN' : null
    const text = `${comparator ? '> ' : ''}${value} mm[Hg]`
    const isRead = random.chance(0.9)
    return {
      tokens,
      code: conceptOf(tokens, null),
      kind,
      valueText: isRead ? text : null,
      measured: isRead ? { value, unit: 'mm[Hg]', comparator, molarMass: null, text } : null,
      valueInteger: null,
      valueConcept: null,
      dataAbsentReason: null,
      interpretation: [],
      referenceRange: [],
    }
  }
  return {
    ...EMPTY,
    ...coding(random, 'BLOOD_PRESSURE'),
    component: random
      .pick([
        ['SYSTOLIC', 'DIASTOLIC'],
        ['SYSTOLIC', 'DIASTOLIC'],
        ['DIASTOLIC', 'SYSTOLIC', 'SYSTOLIC'],
        ['DIASTOLIC'],
      ] as const)
      .map(part),
  }
}

function score(random: Random): Content {
  const valueInteger = random.between(0, 20)
  return { ...EMPTY, ...coding(random, 'NEWS2'), valueInteger, valueText: String(valueInteger) }
}

function coded(random: Random): Content {
  const text = random.pick(TEXTS)
  const valueConcept = concept(codeSystems.snomed, '248234008', text)
  return { ...EMPTY, ...coding(random, 'CONSCIOUSNESS'), valueConcept, valueText: text }
}

function unknown(random: Random): Content {
  return {
    ...EMPTY,
    tokens: ['http://example.org/own|x-1'],
    kind: null,
    valueText: random.pick(TEXTS),
  }
}

/** The same measurement in one or two of the systems in which it may be coded. */
function coding(random: Random, kind: MeasurementKind): Pick<Content, 'tokens' | 'kind'> {
  const measurement = measurementOfKind(kind)
  if (!measurement) throw new Error('no line of the code table')
  const all = tokensOf(measurement)
  const own = random.pick(all)
  const tokens = random.chance(0.2) ? [...new Set([own, random.pick(all)])] : [own]
  return { tokens, kind: measurementOfToken(own)?.kind ?? null }
}

export function concept(system: string | null, code: string, text: string | null): object {
  return { coding: [{ system, code, display: text }], text }
}

export function conceptOf(tokens: readonly string[], text: string | null): object {
  return {
    coding: tokens.map((token) => {
      const [system = '', code = ''] = token.split('|')
      return { system, code, display: null }
    }),
    text,
  }
}

/** What tells whether two copies say the same. */
export function digestOf(status: string, { interpretation: _own, ...content }: Content): string {
  const text = JSON.stringify([status, content])
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}
