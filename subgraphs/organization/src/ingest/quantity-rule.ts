import {
  convertQuantity,
  kindOf,
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
  return checkUnit(quantity, `${at}.${told}`, expected, measurement && substanceOf(measurement))
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
