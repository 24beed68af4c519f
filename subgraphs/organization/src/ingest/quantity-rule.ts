import {
  convertQuantity,
  kindOf,
  type Measurement,
  measurementOfKind,
  type Substance,
  substanceOf,
} from '@kilde/contract'
import type { Observation, ObservationComponent, Quantity } from 'fhir/r4.js'
import { ucumOf, unitPart } from '../map/units.js'
import { fault, type Issue, warning } from './outcome.js'

/** Strict where the code table knows the measurement; elsewhere an odd unit is kept as text and said so. */
export function checkQuantity(
  part: Observation | ObservationComponent,
  place: string,
): readonly Issue[] {
  const { valueQuantity: quantity } = part
  if (!quantity) return []
  const at = `${place}.valueQuantity`
  if (quantity.value === undefined) return [fault(`${at}.value`, 'is required', 'required')]
  const kind = kindOf(part.code?.coding ?? [])
  const measurement = kind && measurementOfKind(kind)
  const expected = measurement?.unit
  const told = unitPart(quantity)
  if (told === undefined) return checkMissing(expected, at)
  const issues = checkUnit(
    quantity,
    `${at}.${told}`,
    expected,
    measurement && substanceOf(measurement),
  )
  return issues.length > 0 || !measurement
    ? issues
    : checkPlausible(quantity, `${at}.value`, measurement)
}

/** The sender may still put it right; it is kept as it came, and shown with a mark (contract: `doubts`). */
function checkPlausible(
  quantity: Quantity,
  at: string,
  measurement: Measurement,
): readonly Issue[] {
  const { unit: own, plausible } = measurement
  const unit = ucumOf(quantity)
  const isBound = quantity.comparator !== undefined
  if (!own || !plausible || unit === undefined || isBound) return []
  const value = convertQuantity(quantity.value ?? Number.NaN, unit, own, substanceOf(measurement))
  const [low, high] = plausible
  if (value === undefined || (value >= low && value <= high)) return []
  const text = `is none that a living body can have (${low} to ${high} ${own}): kept as sent, and marked`
  return [warning(at, text)]
}

function checkMissing(expected: string | undefined, at: string): readonly Issue[] {
  if (expected === undefined || expected === '{score}') return []
  return [warning(at, `has no unit; ${expected} or another unit of the same kind was expected`)]
}

function checkUnit(
  quantity: Quantity,
  at: string,
  expected: string | undefined,
  substance: Substance | undefined,
): readonly Issue[] {
  const unit = ucumOf(quantity)
  if (expected === undefined) {
    return unit ? [] : [warning(at, 'is no unit of UCUM: kept as text, never converted')]
  }
  if (unit === undefined) return [fault(at, 'is no unit of UCUM', 'code-invalid')]
  const fits = convertQuantity(1, unit, expected, substance) !== undefined
  const text = `is no unit of this measurement: ${expected} was expected`
  return fits ? [] : [fault(at, text, 'code-invalid')]
}
