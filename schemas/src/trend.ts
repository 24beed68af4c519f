import { type Fold, type Measurement, measurementOfToken, substanceOf } from './codes.js'
import { convertQuantity } from './units.js'

/** Whether rows of a code may be folded into a trend; where not, a sentence says why. */
export type Trend =
  | { readonly allowed: true; readonly measurement: Measurement }
  | { readonly allowed: false; readonly why: string }

/** What a bucket of the contract shows, and what a measurement must therefore allow. */
const SHOWN: readonly Fold[] = ['COUNT', 'MIN', 'MAX', 'MEAN', 'DEVIATION']

/** The rule for a trend's code, the same at the gateway and at every node. `code` is a FHIR token, `system|code`. */
export function trendOf(code: string): Trend {
  const measurement = measurementOfToken(code)
  if (!measurement) return { allowed: false, why: 'The code table does not know this code.' }
  const why = whyNoTrend(measurement)
  return why === undefined ? { allowed: true, measurement } : { allowed: false, why }
}

/** Why rows of a measurement have no trend, as a sentence; undefined where they have one. */
export function whyNoTrend({ english, folds, components }: Measurement): string | undefined {
  if (SHOWN.every((fold) => folds.includes(fold))) return undefined
  if (folds.includes('MIN')) return `${english} is an ordinal score: a mean of it says nothing.`
  if (components) return `${english} is no number by itself: ask for one of its components.`
  return `${english} is coded: its rows can be counted, not averaged.`
}

/** True where numbers in the measurement's own unit can be told in `unit` (UCUM). */
export function isTrendUnit(measurement: Measurement, asked: string): boolean {
  const { unit } = measurement
  const substance = substanceOf(measurement)
  return unit !== undefined && convertQuantity(1, unit, asked, substance) !== undefined
}
