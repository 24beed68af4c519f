import { describe, expect, it } from '@jest/globals'
import { GatewayError } from '../../src/errors.js'
import { readLatestArguments } from '../../src/merge/latest-arguments.js'
import { readTrendArguments } from '../../src/merge/trend-arguments.js'
import { args } from './trend-world.js'

function refusal(ask: () => unknown): string {
  try {
    ask()
    return 'taken'
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    expect(error.code).toBe('ARGUMENT_OUT_OF_RANGE')
    return error.message
  }
}

const period = (start: unknown, end: unknown) => ({ period: { start, end } })

describe('the arguments of a trend', () => {
  it('become the buckets of the period', () => {
    const asked = readTrendArguments({ ...args, bucket: 'WEEK' })
    expect(asked.buckets).toHaveLength(5)
    expect(asked).toMatchObject({
      unit: 'g',
      timeZone: 'Europe/Oslo',
      start: Date.parse('2025-12-31T23:00:00Z'),
    })
  })

  it.each([
    [
      { code: 'http://loinc.org|0-0' },
      '`code` must allow a trend. The code table does not know this code.',
    ],
    [
      { code: 'http://snomed.info/sct|1104051000000101' },
      '`code` must allow a trend. NEWS2 score is an ordinal score: a mean of it says nothing.',
    ],
    [{ code: 7 }, '`code` must allow a trend. The code table does not know this code.'],
    [{ unit: 'cm' }, '`unit` must be a UCUM unit into which kg can be converted.'],
    [{ unit: 'kilo' }, '`unit` must be a UCUM unit into which kg can be converted.'],
    [
      { timeZone: 'Europe/Atlantis' },
      '`timeZone` must be a time zone of the IANA database, e.g. Europe/Oslo.',
    ],
    [
      { timeZone: '+01:00' },
      '`timeZone` must be a time zone of the IANA database, e.g. Europe/Oslo.',
    ],
    [period(null, '2026-01-01T00:00:00Z'), '`period` must have both ends, `start` and `end`.'],
    [period('2026-01-01T00:00:00Z', undefined), '`period` must have both ends, `start` and `end`.'],
    [
      period('2026-02-31T00:00:00Z', '2026-04-01T00:00:00Z'),
      '`period.start` must be an instant with offset, e.g. 2026-03-14T00:00:00+01:00.',
    ],
    [
      period('2026-01-01T00:00:00Z', '2026-04-01'),
      '`period.end` must be an instant with offset, e.g. 2026-03-14T00:00:00+01:00.',
    ],
    [
      period('2026-01-01T00:00:00Z', '2026-01-01T01:00:00+01:00'),
      '`period` must start before it ends.',
    ],
    [
      period('0001-01-01T00:00:00Z', '0002-01-05T00:00:00Z'),
      '`period` must lie within the years 2 to 9998.',
    ],
    [
      period('9998-12-31T00:00:00Z', '9999-01-05T00:00:00Z'),
      '`period` must lie within the years 2 to 9998.',
    ],
    [
      period('2020-01-01T00:00:00Z', '2026-01-01T00:00:00Z'),
      '`period` must have at most 1,100 buckets.',
    ],
    [
      { bucket: 'HOUR', ...period('1900-01-01T00:00:00Z', '2999-01-01T00:00:00Z') },
      '`period` must have at most 1,100 buckets.',
    ],
  ])('are refused before anybody is asked: %j', (change, text) => {
    expect(refusal(() => readTrendArguments({ ...args, ...change }))).toBe(text)
  })

  it('may make 1,100 buckets and no more', () => {
    const from = Date.parse('2020-01-01T00:00:00Z')
    const days = (count: number) => ({
      ...args,
      timeZone: 'UTC',
      ...period('2020-01-01T00:00:00Z', new Date(from + count * 86_400_000).toISOString()),
    })
    expect(readTrendArguments(days(1_100)).buckets).toHaveLength(1_100)
    expect(refusal(() => readTrendArguments(days(1_101)))).toBe(
      '`period` must have at most 1,100 buckets.',
    )
  })
})

describe('the codes of which the latest is asked for', () => {
  const code = (index: number): string => `http://loinc.org|${index}-1`

  it('may be any codes, known or not', () => {
    const codes = Array.from({ length: 50 }, (_, index) => code(index))
    expect(readLatestArguments({ codes })).toEqual(codes)
  })

  it.each([
    [[], '`codes` must name 1 to 50 codes.'],
    [Array.from({ length: 51 }, (_, index) => code(index)), '`codes` must name 1 to 50 codes.'],
    [null, '`codes` must name 1 to 50 codes.'],
    [[code(1), '29463-7'], '`codes` must hold FHIR tokens, `system|code`.'],
    [[code(1), 7], '`codes` must hold FHIR tokens, `system|code`.'],
    [[code(1), code(2), code(1)], '`codes` must name each code once.'],
  ])('are refused before anybody is asked: %#', (codes, text) => {
    expect(refusal(() => readLatestArguments({ codes }))).toBe(text)
  })
})
