import { quantityText } from '../../map/quantity.js'
import type { DosageElements, SentRange, SentRatio } from './elements.js'

/** Amounts in one text each, digits as they were sent: doses are in tablets and drops as often as in units that can be converted. */
export function doseText({ doseAndRate = [] }: DosageElements): string | undefined {
  return joined(
    doseAndRate.map(
      ({ doseQuantity, doseRange }) =>
        (doseQuantity && quantityText(doseQuantity)) ?? (doseRange && rangeText(doseRange)),
    ),
  )
}

export function rateText({ doseAndRate = [] }: DosageElements): string | undefined {
  return joined(
    doseAndRate.map(
      ({ rateQuantity, rateRange, rateRatio }) =>
        (rateQuantity && quantityText(rateQuantity)) ??
        (rateRange && rangeText(rateRange)) ??
        (rateRatio && ratioText(rateRatio)),
    ),
  )
}

/** Most of it that may be taken, each bound that is told. */
export const maximaOf = (one: DosageElements) => ({
  maximumPerPeriod: one.maxDosePerPeriod && ratioText(one.maxDosePerPeriod),
  maximumPerDose: one.maxDosePerAdministration && quantityText(one.maxDosePerAdministration),
  maximumPerLifetime: one.maxDosePerLifetime && quantityText(one.maxDosePerLifetime),
})

function rangeText({ low, high }: SentRange): string | undefined {
  const [from, to] = [low && quantityText(low), high && quantityText(high)]
  if (from === undefined) return to === undefined ? undefined : `≤ ${to}`
  return to === undefined ? `≥ ${from}` : `${from} – ${to}`
}

export function ratioText({ numerator, denominator }: SentRatio): string | undefined {
  const [of, per] = [numerator && quantityText(numerator), denominator && quantityText(denominator)]
  return of === undefined || per === undefined ? of : `${of} / ${per}`
}

const joined = (texts: readonly (string | undefined)[]): string | undefined =>
  texts.filter((one) => one !== undefined).join('; ') || undefined
