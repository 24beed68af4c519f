import {
  kindOf,
  type Measurement,
  measurementOfKind,
  type Substance,
  substanceOf,
} from '@kilde/contract'
import { toConcept, toConcepts, wordsOf } from './concept.js'
import type { Concept, SentQuantity, SentRange, ValueElements } from './elements.js'
import { convert, quantityText } from './quantity.js'
import { isPlainNumber, ucumOf, unitPart } from './units.js'

/** An observation's or a component's own code and value. */
export type Valued = ValueElements & { readonly code?: Concept | undefined }

interface UnitArgument {
  readonly unit: string
}

/** Fields that Observation and ObservationComponent have in common. Each runs only where it is selected. */
export const valueFields = {
  code: ({ code }: Valued) => code && toConcept(code),
  kind: (valued: Valued) => measurementOf(valued)?.kind,
  valueText: (valued: Valued) => textOf(valued),
  quantity: (valued: Valued, { unit }: UnitArgument) =>
    convert(valued.valueQuantity, unit, substanceIn(valued)),
  valueInteger: (valued: Valued) => integerOf(valued),
  valueConcept: ({ valueCodeableConcept: concept }: Valued) => concept && toConcept(concept),
  dataAbsentReason: ({ dataAbsentReason: reason }: Valued) => reason && toConcept(reason),
  interpretation: ({ interpretation }: Valued) => toConcepts(interpretation),
  referenceRange: (valued: Valued) => rangesOf(valued),
} as const

interface Range {
  readonly text: string
  readonly sent: SentRange
  readonly substance: Substance | undefined
}

/** Fields of ReferenceRange. */
export const rangeFields = {
  low: ({ sent, substance }: Range, { unit }: UnitArgument) => convert(sent.low, unit, substance),
  high: ({ sent, substance }: Range, { unit }: UnitArgument) => convert(sent.high, unit, substance),
  type: ({ sent }: Range) => sent.type && toConcept(sent.type),
} as const

function measurementOf({ code }: Valued): Measurement | undefined {
  const kind = kindOf(code?.coding ?? [])
  return kind && measurementOfKind(kind)
}

function substanceIn(valued: Valued): Substance | undefined {
  const measurement = measurementOf(valued)
  return measurement && substanceOf(measurement)
}

function textOf(valued: ValueElements): string | undefined {
  const { valueQuantity, valueCodeableConcept, valueRange, valueRatio, valuePeriod } = valued
  if (valueQuantity) return quantityText(valueQuantity)
  if (valueCodeableConcept) return wordsOf(valueCodeableConcept)
  if (valueRange) return rangeText(valueRange)
  if (valueRatio) return joined(' : ', amount(valueRatio.numerator), amount(valueRatio.denominator))
  if (valuePeriod) return joined(' – ', valuePeriod.start, valuePeriod.end)
  const plain = valued.valueString ?? valued.valueInteger ?? valued.valueBoolean
  return plain === undefined ? (valued.valueDateTime ?? valued.valueTime) : String(plain)
}

/** A score or count: an integer, or a whole quantity without unit. */
function integerOf({ valueInteger, valueQuantity }: ValueElements): number | undefined {
  if (valueInteger !== undefined) return valueInteger
  if (valueQuantity?.value === undefined || valueQuantity.comparator) return undefined
  if (unitPart(valueQuantity) && !isPlainNumber(ucumOf(valueQuantity))) return undefined
  const value = Number(valueQuantity.value)
  return Number.isInteger(value) ? value : undefined
}

/** Beyond all measure, and still small enough for its square to be a number. */
const LARGEST = 1e100

/**
 * The number of a value in a unit, for folds. Undefined where there is none, or where a comparator makes it a mere bound.
 * A bare integer is a number of measurements that have no unit, and of no other: 97 is not a fraction of 97.
 */
export function numberOf(
  value: ValueElements,
  measurement: Pick<Measurement, 'unit' | 'molarMass'> & Partial<Pick<Measurement, 'kind'>>,
  unit: string,
): number | undefined {
  const quantity = convert(value.valueQuantity, unit, substanceOf(measurement))
  if (quantity?.comparator) return undefined
  const isPlain = isPlainNumber(unit) && isPlainNumber(measurement.unit)
  const number = quantity?.value ?? (isPlain ? integerOf(value) : undefined)
  return number !== undefined && Math.abs(number) < LARGEST ? number : undefined
}

function rangesOf(valued: Valued): readonly Range[] {
  const substance = substanceIn(valued)
  return (valued.referenceRange ?? []).flatMap((sent) => {
    const text = sent.text ?? rangeText(sent)
    return text === undefined ? [] : [{ text, sent, substance }]
  })
}

function rangeText({ low, high }: Pick<SentRange, 'low' | 'high'>): string | undefined {
  const [from, to] = [amount(low), amount(high)]
  if (from !== undefined && to !== undefined) return `${from} – ${to}`
  if (from !== undefined) return `≥ ${from}`
  return to === undefined ? undefined : `≤ ${to}`
}

const amount = (quantity: SentQuantity | undefined): string | undefined =>
  quantity && quantityText(quantity)

const joined = (between: string, ...parts: readonly (string | undefined)[]): string | undefined =>
  parts.filter((part) => part !== undefined).join(between) || undefined
