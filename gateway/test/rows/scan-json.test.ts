import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  FAULT,
  scanDateTime,
  scanInt,
  scanNumber,
  scanString,
  skipValue,
} from '../../src/rows/scan-json.js'

/** Reads a text that is followed by a comma, as values in JSON are. */
const accepts = (scan: (json: Uint8Array, at: number) => number, text: string): boolean => {
  const json = Buffer.from(`${text},`)
  return scan(json, 0) === json.length - 1
}

/** True where JavaScript would write the text just so. */
function isCanonical(text: string, is: (value: unknown) => boolean): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return is(value) && JSON.stringify(value) === text
  } catch {
    return false
  }
}

const isString = (value: unknown) => typeof value === 'string'
const isNumber = (value: unknown) => typeof value === 'number'
const isInt = (value: unknown) =>
  Number.isInteger(value) && Number(value) >= -(2 ** 31) && Number(value) < 2 ** 31

describe('strings', () => {
  it('of any content are read to their end', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(accepts(scanString, JSON.stringify(text))).toBe(true)
      }),
    )
  })

  it('are taken only as JavaScript writes them, whatever stands between the quotes', () => {
    const parts = fc.constantFrom(
      'a',
      'å',
      '"',
      '\\',
      '\\n',
      '\\u0041',
      '\\u0000',
      '\\u001f',
      '\\ud800',
      '\\/',
      '\n',
      '\u007f',
      '\\u00e5',
      '\\uD83D\\uDE00',
      '\\x',
      '\\u12',
    )
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 6 }), (inside) => {
        const text = `"${inside.join('')}"`
        expect(accepts(scanString, text)).toBe(isCanonical(text, isString))
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('numbers', () => {
  const texts = fc.oneof(
    fc.double().map((value) => JSON.stringify(value)),
    fc.integer().map(String),
    fc.stringMatching(/^-?[0-9]{1,18}(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,3})?$/),
    fc.constantFrom(
      '0',
      '-0',
      '0.0',
      '1.0',
      '00',
      '01',
      '.5',
      '5.',
      '1e5',
      '0.0000001',
      '1e-7',
      '1e+21',
      '2147483647',
      '2147483648',
      '-2147483648',
      '-2147483649',
      'NaN',
      '-',
      '',
      '--1',
      '1.2.3',
      '0.1',
      '100',
    ),
  )

  it('are taken only as JavaScript writes them', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(accepts(scanNumber, text)).toBe(isCanonical(text, isNumber))
      }),
      { numRuns: 5_000 },
    )
  })

  it('are whole and within 32 bits where the contract says Int', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(accepts(scanInt, text)).toBe(isCanonical(text, isInt))
      }),
      { numRuns: 5_000 },
    )
  })
})

describe('any value', () => {
  it('is passed over to its end', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const compact = JSON.stringify(JSON.parse(text))
        expect(accepts(skipValue, compact)).toBe(true)
      }),
    )
  })

  it.each(['', '{', '["a"', '{"a":"}"', '"a', ']', ','])(
    'that does not end is a fault: %s',
    (text) => {
      expect(skipValue(Buffer.from(text), 0)).toBe(FAULT)
    },
  )
})

describe('instants', () => {
  it.each([
    ['"2026-03-14T07:31:00Z"', true],
    ['"2026-03-14T07:31:00+01:00"', true],
    ['"2026-03-14T07:31:00.123456789-11:30"', true],
    ['"2026-03-14T07:31:00.Z"', false],
    ['"2026-03-14T07:31:00.1234567890Z"', false],
    ['"2026-03-14T07:31Z"', false],
    ['"2026-03-14T07:31:00"', false],
    ['"2026-03-14"', false],
    ['"2026-03-14T07:31:00z"', false],
    ['null', false],
  ])('%s', (text, accepted) => {
    expect(accepts(scanDateTime, text)).toBe(accepted)
  })
})
