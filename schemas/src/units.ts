import ucum from '@lhncbc/ucum-lhc'

const utils = ucum.UcumLhcUtils.getInstance()
const known = new Map<string, boolean>()
// Units come from sources and clients: what is remembered of them is bounded.
const KNOWN_UNITS_LIMIT = 1_000

/** True where `unit` is a valid UCUM unit, at most 50 characters. */
export function isUcumUnit(unit: string): boolean {
  const seen = known.get(unit)
  if (seen !== undefined) return seen
  // The library prints units with blanks to the console; they are none in UCUM anyway.
  const valid = /^\S{1,50}$/.test(unit) && utils.validateUnitString(unit).status === 'valid'
  if (known.size >= KNOWN_UNITS_LIMIT) known.clear()
  known.set(unit, valid)
  return valid
}

/**
 * Converts a number between UCUM units; undefined where they do not measure the same thing.
 * `molarMass` (g/mol) lets mass and amount of substance meet, e.g. mg/dL and mmol/L of glucose.
 */
export function convertQuantity(
  value: number,
  from: string,
  to: string,
  molarMass?: number,
): number | undefined {
  if (from === to) return value
  if (!isUcumUnit(from) || !isUcumUnit(to)) return undefined
  const options = molarMass === undefined ? {} : { molecularWeight: molarMass }
  const { status, toVal } = utils.convertUnitTo(from, value, to, options)
  return status === 'succeeded' && toVal !== null && Number.isFinite(toVal)
    ? tidy(toVal)
    : undefined
}

/** Takes away the digits that binary arithmetic invents (49 000 g → 49 kg, not 49.00000000000001). */
const tidy = (value: number): number => Number(value.toPrecision(12))
