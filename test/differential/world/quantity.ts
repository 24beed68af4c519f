import { convertQuantity } from '@kilde/contract'
import type { Measured } from './world.js'

const known = new Map<string, number | undefined>()

/** `Quantity` of the contract, as a source answers it; null where the number cannot be told in that unit. */
export function quantityIn(measured: Measured | null, unit: string): object | null {
  if (measured === null) return null
  const value = convert(measured, unit)
  if (value === undefined) return null
  const { comparator, text } = measured
  return { value, unit, comparator, text, converted: measured.unit !== unit }
}

export function convert(
  { value, unit: from, molarMass }: Measured,
  to: string,
): number | undefined {
  const key = `${value} ${from} ${to} ${molarMass}`
  if (known.has(key)) return known.get(key)
  const converted = convertQuantity(value, from, to, molarMass ?? undefined)
  // Conversion costs more than all else about a row, and worlds use few numbers again and again.
  if (known.size > 50_000) known.clear()
  known.set(key, converted)
  return converted
}
