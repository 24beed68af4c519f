import { convertQuantity, type Substance } from '@kilde/contract'
import type { SentQuantity } from './elements.js'
import { ucumOf } from './units.js'

/** The value as it was sent, with comparator, decimals and unit in one text, e.g. `< 3.0 mmol/L`. */
export function quantityText({ value, comparator, unit, code }: SentQuantity): string | undefined {
  if (value === undefined) return undefined
  return [comparator, value, unit ?? code].filter((part) => part !== undefined).join(' ')
}

/** `quantity(unit:)`: the number in the unit asked for, or null where it has none or measures something else. */
export function convert(sent: SentQuantity | undefined, unit: string, of?: Substance) {
  const text = sent && quantityText(sent)
  const from = sent && ucumOf(sent)
  if (text === undefined || from === undefined) return null
  const value = convertQuantity(Number(sent?.value), from, unit, of)
  if (value === undefined) return null
  const comparator = sent?.comparator && COMPARATORS[sent.comparator]
  return { value, unit, comparator: comparator ?? null, text, converted: from !== unit }
}

const COMPARATORS = {
  '<': 'LESS_THAN',
  '<=': 'LESS_OR_EQUAL',
  '>=': 'GREATER_OR_EQUAL',
  '>': 'GREATER_THAN',
} as const
