import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  InvalidPatientIdentifier,
  identifierFaults,
  identifierSystems,
  parsePatientIdentifier,
} from '../src/index.js'

const { nationalIdentityNumber, dNumber, commonHelpNumber } = identifierSystems

function faultOf(text: unknown): string {
  try {
    parsePatientIdentifier(text)
    return 'accepted'
  } catch (error) {
    if (!(error instanceof InvalidPatientIdentifier)) throw error
    expect(error.message).toBe(identifierFaults[error.fault])
    return error.fault
  }
}

/** Completes nine digits with check digits; `first` is what the first control sum may leave (0 today, 0 to 3 from 2032). */
function complete(nine: string, first = 0): string | undefined {
  const sum = (digits: string, weights: readonly number[]): number =>
    weights.reduce((total, weight, index) => total + weight * Number(digits[index] ?? 0), 0)
  const one = (11 - ((sum(nine, [3, 7, 6, 1, 8, 9, 4, 5, 2]) - first) % 11)) % 11
  const ten = `${nine}${one}`
  const two = (11 - (sum(ten, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11
  return one > 9 || two > 9 ? undefined : `${ten}${two}`
}

describe('a patient identifier', () => {
  it('is read bare and as a token, and its kind is detected', () => {
    expect(parsePatientIdentifier('08825133489')).toEqual({
      system: nationalIdentityNumber,
      value: '08825133489',
    })
    expect(parsePatientIdentifier(`${nationalIdentityNumber}|08825133489`).value).toBe(
      '08825133489',
    )
    expect(parsePatientIdentifier(complete('488251334') ?? complete('488251335')).system).toBe(
      dNumber,
    )
    expect(parsePatientIdentifier(complete('812345678') ?? complete('812345679')).system).toBe(
      commonHelpNumber,
    )
  })

  it('holds by the rule of 2032 too: the first control sum may leave 1, 2 or 3', () => {
    for (const first of [1, 2, 3]) {
      const number = ['088251334', '088251335', '088251336']
        .map((nine) => complete(nine, first))
        .find(Boolean)
      expect(faultOf(number)).toBe('accepted')
    }
  })

  it.each([
    ['letters', '0882513348x', 'NOT_ELEVEN_DIGITS'],
    ['ten digits', '0882513348', 'NOT_ELEVEN_DIGITS'],
    ['a number type', 8825133489, 'NOT_ELEVEN_DIGITS'],
    ['nothing', undefined, 'NOT_ELEVEN_DIGITS'],
    ['a very long text', 'x'.repeat(1_000_000), 'NOT_ELEVEN_DIGITS'],
    ['wrong check digits', '05076600324', 'CHECK_DIGITS'],
    ['a day that no month has', complete('318251334') ?? complete('318251335'), 'NOT_A_DATE'],
    ['a local help number', complete('084251334') ?? complete('084251335'), 'LOCAL_HELP_NUMBER'],
    ['an unknown system', 'urn:oid:1.2.3|08825133489', 'UNKNOWN_SYSTEM'],
    ['a system of another kind', `${dNumber}|08825133489`, 'SYSTEM_DOES_NOT_FIT'],
  ])('is refused with %s', (_name, text, fault) => {
    expect(faultOf(text)).toBe(fault)
  })

  it('is refused after any one digit is changed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 1, max: 9 }), (at, by) => {
        const digits = '08825133489'.split('')
        digits[at] = String((Number(digits[at]) + by) % 10)
        const text = digits.join('')
        // By the rule of 2032 some single changes of the first check digit's digits hold; none may be read as another number.
        if (faultOf(text) === 'accepted') expect(parsePatientIdentifier(text).value).toBe(text)
      }),
    )
    expect(faultOf('08825133488')).toBe('CHECK_DIGITS')
  })
})
