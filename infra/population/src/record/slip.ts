import { measurementOfKind } from '@kilde/contract'
import type { Reading } from '../fhir/observation.js'

/** The reading with its decimal point lost, so that no body can have it; undefined where it is no such number. */
export function slipped(reading: Reading): Reading | undefined {
  const { valueQuantity: sent } = reading.value
  const { unit, plausible } = measurementOfKind(reading.kind) ?? {}
  if (sent?.value === undefined || sent.code !== unit || !plausible) return undefined
  const [low, high] = plausible
  const value = [sent.value * 10, sent.value * 100].find((one) => one < low || one > high)
  if (value === undefined) return undefined
  const whole = Number(value.toFixed(0))
  return { ...reading, value: { valueQuantity: { ...sent, value: whole } } }
}
