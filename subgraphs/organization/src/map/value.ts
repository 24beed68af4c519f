import { kindOf, type Measurement, measurementOfKind } from '@kilde/contract'
import { toConcept, toConcepts, wordsOf } from './concept.js'
import type { Concept, SentQuantity, SentRange, ValueElements } from './elements.js'
import { convert, quantityText } from './quantity.js'
import { isPlainNumber, ucumOf, unitPart } from './units.js'

interface UnitArgument {
  readonly unit: string
}

/** What an observation and each of its components have in common. Functions run only where their field is selected. */
export function toValue(elements: ValueElements & { readonly code?: Concept | undefined }) {
  const measurement = measurementOf(elements.code)
  const { dataAbsentReason, valueCodeableConcept: concept } = elements
  return {
    code: () => elements.code && toConcept(elements.code),
    kind: measurement?.kind,
    valueText: () => textOf(elements),
    quantity: ({ unit }: UnitArgument) =>
      convert(elements.valueQuantity, unit, measurement?.molarMass),
    valueInteger: () => integerOf(elements),
    valueConcept: () => concept && toConcept(concept),
    dataAbsentReason: () => dataAbsentReason && toConcept(dataAbsentReason),
    interpretation: () => toConcepts(elements.interpretation),
    referenceRange: () =>
      (elements.referenceRange ?? []).flatMap((range) => toRange(range, measurement?.molarMass)),
  }
}

function measurementOf(code: Concept | undefined): Measurement | undefined {
  const kind = kindOf(code?.coding ?? [])
  return kind && measurementOfKind(kind)
}

function textOf(elements: ValueElements): string | undefined {
  const { valueQuantity, valueCodeableConcept, valueRange, valueRatio, valuePeriod } = elements
  if (valueQuantity) return quantityText(valueQuantity)
  if (valueCodeableConcept) return wordsOf(valueCodeableConcept)
  if (valueRange) return rangeText(valueRange)
  if (valueRatio)
    return joined(' : ', textOrNone(valueRatio.numerator), textOrNone(valueRatio.denominator))
  if (valuePeriod) return joined(' – ', valuePeriod.start, valuePeriod.end)
  const plain = elements.valueString ?? elements.valueInteger ?? elements.valueBoolean
  return plain === undefined ? (elements.valueDateTime ?? elements.valueTime) : String(plain)
}

/** A score or count: an integer, or a whole quantity without unit. */
function integerOf({ valueInteger, valueQuantity }: ValueElements): number | undefined {
  if (valueInteger !== undefined) return valueInteger
  if (valueQuantity?.value === undefined || valueQuantity.comparator) return undefined
  if (unitPart(valueQuantity) && !isPlainNumber(ucumOf(valueQuantity))) return undefined
  const value = Number(valueQuantity.value)
  return Number.isInteger(value) ? value : undefined
}

function toRange(range: SentRange, molarMass: number | undefined) {
  const text = range.text ?? rangeText(range)
  if (text === undefined) return []
  return [
    {
      text,
      low: ({ unit }: UnitArgument) => convert(range.low, unit, molarMass),
      high: ({ unit }: UnitArgument) => convert(range.high, unit, molarMass),
      type: () => range.type && toConcept(range.type),
    },
  ]
}

function rangeText({ low, high }: Pick<SentRange, 'low' | 'high'>): string | undefined {
  const [from, to] = [textOrNone(low), textOrNone(high)]
  if (from !== undefined && to !== undefined) return `${from} – ${to}`
  if (from !== undefined) return `≥ ${from}`
  return to === undefined ? undefined : `≤ ${to}`
}

const textOrNone = (quantity: SentQuantity | undefined): string | undefined =>
  quantity && quantityText(quantity)

const joined = (between: string, ...parts: readonly (string | undefined)[]): string | undefined =>
  parts.filter((part) => part !== undefined).join(between) || undefined
