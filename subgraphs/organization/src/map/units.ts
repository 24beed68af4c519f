import { codeSystems, isUcumUnit } from '@kilde/contract'

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

interface SentUnit {
  readonly system?: string | undefined
  readonly code?: string | undefined
  readonly unit?: string | undefined
}

/** Which part of a quantity tells its unit: a code of UCUM, else the unit in words (a code may be of MDC instead). */
export function unitPart({ system, code, unit }: SentUnit): 'code' | 'unit' | undefined {
  if (code !== undefined && (system === undefined || system === codeSystems.ucum)) return 'code'
  return unit === undefined ? undefined : 'unit'
}

/** The UCUM unit that a quantity was sent in; undefined where there is none that UCUM has. */
export function ucumOf(quantity: SentUnit): string | undefined {
  const part = unitPart(quantity)
  const sent = part && quantity[part]
  // No unit has a space; the library would say so on the console.
  if (sent === undefined || /\s/.test(SPELLINGS[sent] ?? sent)) return undefined
  const unit = SPELLINGS[sent] ?? sent
  return isUcumUnit(unit) ? unit : undefined
}

/** Units of numbers that count or score. */
export const isPlainNumber = (unit: string | undefined): boolean =>
  unit === '1' || unit === '{score}'
