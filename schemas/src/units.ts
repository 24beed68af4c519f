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
 * @param of what is measured: without it mass and amount of substance do not meet, and `%` of HbA1c is a plain percentage
 */
export function convertQuantity(
  value: number,
  from: string,
  to: string,
  of?: Substance,
): number | undefined {
  if (from === to) return value
  if (!isUcumUnit(from) || !isUcumUnit(to)) return undefined
  return of === 'HBA1C' ? convertHba1c(value, from, to) : convert(value, from, to, of)
}

/**
 * What a number is a measure of: its molar mass (g/mol), by which e.g. mg/dL and mmol/L of glucose meet, or HbA1c, whose two
 * scales are not a factor apart.
 */
export type Substance = number | 'HBA1C'

/** HbA1c in a fraction of substance is by IFCC, in percent by NGSP: UCUM alone would take 48 mmol/mol for 4.8 %. */
function convertHba1c(value: number, from: string, to: string): number | undefined {
  if (isPercent(from) === isPercent(to)) return convert(value, from, to)
  if (isPercent(to)) {
    const ifcc = convert(value, from, 'mmol/mol')
    return ifcc === undefined ? undefined : tidy(NGSP_SLOPE * ifcc + NGSP_START)
  }
  return convert((value - NGSP_START) / NGSP_SLOPE, 'mmol/mol', to)
}

/** NGSP (%) = 0.09148 × IFCC (mmol/mol) + 2.152 (IFCC and NGSP networks, master equation). */
const NGSP_SLOPE = 0.09148
const NGSP_START = 2.152

const isPercent = (unit: string): boolean => unit === '%' || unit.startsWith('%{')

function convert(value: number, from: string, to: string, molarMass?: number): number | undefined {
  const options = molarMass === undefined ? {} : { molecularWeight: molarMass }
  const { status, toVal } = utils.convertUnitTo(from, value, to, options)
  return status === 'succeeded' && toVal !== null && Number.isFinite(toVal)
    ? tidy(toVal)
    : undefined
}

/** Takes away the digits that binary arithmetic invents (49 000 g → 49 kg, not 49.00000000000001). */
const tidy = (value: number): number => Number(value.toPrecision(12))
