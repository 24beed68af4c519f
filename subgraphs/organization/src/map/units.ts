import { isUcumUnit } from '@kilde/contract'

/** Spellings met in the field that are no UCUM, and what they mean. Case matters in UCUM. */
const SPELLINGS: Readonly<Record<string, string>> = {
  mmHg: 'mm[Hg]',
  'mm Hg': 'mm[Hg]',
  '°C': 'Cel',
  bpm: '/min',
  'slag/min': '/min',
  'pr. min': '/min',
  'per minutt': '/min',
  'mmol/l': 'mmol/L',
  'l/min': 'L/min',
  l: 'L',
  prosent: '%',
  poeng: '{score}',
  score: '{score}',
  '(score)': '{score}',
}

/** The UCUM unit that a quantity was sent in, from its code or else its unit; undefined where there is none that UCUM has. */
export function ucumOf(quantity: {
  readonly code?: string | undefined
  readonly unit?: string | undefined
}): string | undefined {
  const sent = quantity.code ?? quantity.unit
  if (sent === undefined) return undefined
  const unit = SPELLINGS[sent] ?? sent
  return isUcumUnit(unit) ? unit : undefined
}

/** Units of numbers that count or score: the same as no unit. */
export const isPlainNumber = (unit: string | undefined): boolean =>
  unit === undefined || unit === '1' || unit === '{score}'
