import { parsePatientIdentifier } from '@kilde/contract'

export interface Birth {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly day: number
}

/**
 * A synthetic national identity number: the month is raised by 80, which the national registry gives to nobody.
 * @param serial 0 to 499, the individual numbers of the years 1900 to 1999
 * @param by2032 with a first check digit that only the rule of 2032 allows (remainder 1 to 3; Skatteetaten, new identity
 *   numbers), else by today's rule wherever that has a number: where its check digit would be 10 there is none
 */
export function identityNumber(birth: Birth, serial: number, by2032: boolean): string {
  const nine = `${two(birth.day)}${two(birth.month + 80)}${two(birth.year % 100)}${three(serial)}`
  for (const remainder of by2032 ? [1, 2, 3] : [0, 1, 2, 3]) {
    const first = checkDigit(nine, FIRST_WEIGHTS, remainder)
    const second = checkDigit(`${nine}${first}`, SECOND_WEIGHTS, 0)
    if (first < 10 && second < 10) return parsePatientIdentifier(`${nine}${first}${second}`).value
  }
  // Of three remainders one at most has no first digit, and one at most no second.
  throw new RangeError('there is no identity number for this birth and serial')
}

const FIRST_WEIGHTS = [3, 7, 6, 1, 8, 9, 4, 5, 2]
const SECOND_WEIGHTS = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]

/** The digit with which the sum of modulus 11 leaves `remainder`; 10 where there is none. */
function checkDigit(digits: string, weights: readonly number[], remainder: number): number {
  const sum = weights.reduce((total, weight, at) => total + weight * Number(digits[at]), 0)
  return (((remainder - sum) % 11) + 11) % 11
}

const two = (number: number): string => String(number).padStart(2, '0')
const three = (number: number): string => String(number).padStart(3, '0')
