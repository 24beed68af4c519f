import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  type Bucket,
  bucketAt,
  bucketIndex,
  bucketsOf,
  countBuckets,
  instantText,
  isTimeZone,
  MOST_BUCKETS,
} from '../src/index.js'

const HOUR = 3_600_000

/** The buckets of a period as text, with their length in hours. */
function listed(bucket: Bucket, timeZone: string, from: string, to: string): string[] {
  const question = { bucket, timeZone, start: Date.parse(from), end: Date.parse(to) }
  return (bucketsOf(question) ?? []).map(
    ({ start, end }) => `${instantText(start, timeZone)} ${(end - start) / HOUR}`,
  )
}

/** What a calendar on the wall says, by another way than the buckets are made. */
function labelOf(bucket: Bucket, timeZone: string, instant: number): string {
  const text = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat('sv-SE', { timeZone, ...options }).format(instant)
  const date = text({ year: 'numeric', month: '2-digit', day: '2-digit' })
  if (bucket === 'MONTH') return date.slice(0, 7)
  if (bucket === 'DAY') return date
  if (bucket === 'HOUR') return `${date} ${text({ hour: '2-digit', timeZoneName: 'longOffset' })}`
  const monday = new Date(`${date}T00:00:00Z`)
  monday.setUTCDate(monday.getUTCDate() - ((monday.getUTCDay() + 6) % 7))
  return monday.toISOString()
}

describe('buckets of time', () => {
  it('have 23 hours on the day when summer time begins', () => {
    expect(
      listed('DAY', 'Europe/Oslo', '2026-03-28T12:00:00+01:00', '2026-03-30T12:00:00+02:00'),
    ).toEqual([
      '2026-03-28T00:00:00+01:00 24',
      '2026-03-29T00:00:00+01:00 23',
      '2026-03-30T00:00:00+02:00 24',
    ])
  })

  it('have 25 hours on the day when summer time ends', () => {
    expect(
      listed('DAY', 'Europe/Oslo', '2026-10-25T00:00:00+02:00', '2026-10-26T00:00:01+01:00'),
    ).toEqual(['2026-10-25T00:00:00+02:00 25', '2026-10-26T00:00:00+01:00 24'])
  })

  it('leave out the hour that summer time leaves out', () => {
    expect(
      listed('HOUR', 'Europe/Oslo', '2026-03-29T01:00:00+01:00', '2026-03-29T04:00:00+02:00'),
    ).toEqual(['2026-03-29T01:00:00+01:00 1', '2026-03-29T03:00:00+02:00 1'])
  })

  it('keep the two hours apart that the clock shows twice', () => {
    expect(
      listed('HOUR', 'Europe/Oslo', '2026-10-25T01:30:00+02:00', '2026-10-25T03:30:00+01:00'),
    ).toEqual([
      '2026-10-25T01:00:00+02:00 1',
      '2026-10-25T02:00:00+02:00 1',
      '2026-10-25T02:00:00+01:00 1',
      '2026-10-25T03:00:00+01:00 1',
    ])
  })

  it('follow offsets of half an hour, and changes of clocks at one past midnight', () => {
    expect(
      listed('HOUR', 'America/St_Johns', '2026-07-01T00:10:00Z', '2026-07-01T01:40:00Z'),
    ).toEqual([
      '2026-06-30T21:00:00-02:30 1',
      '2026-06-30T22:00:00-02:30 1',
      '2026-06-30T23:00:00-02:30 1',
    ])
    // Until 2011 clocks went from 00:01 back to 23:01 of the day before.
    expect(
      listed('DAY', 'America/St_Johns', '2009-10-31T12:00:00Z', '2009-11-02T03:30:00Z'),
    ).toEqual(['2009-10-31T00:00:00-02:30 24', '2009-11-01T00:00:00-02:30 25'])
    expect(
      listed('HOUR', 'America/St_Johns', '2009-11-01T02:00:00Z', '2009-11-01T04:30:00Z'),
    ).toEqual([
      '2009-10-31T23:00:00-02:30 1',
      `2009-11-01T00:00:00-02:30 ${1 / 60}`,
      `2009-10-31T23:01:00-03:30 ${59 / 60}`,
      '2009-11-01T00:00:00-03:30 1',
    ])
  })

  it('follow a change of half an hour', () => {
    expect(
      listed('HOUR', 'Australia/Lord_Howe', '2026-04-04T14:00:00Z', '2026-04-04T16:30:00Z'),
    ).toEqual([
      '2026-04-05T01:00:00+11:00 1',
      '2026-04-05T01:30:00+10:30 0.5',
      '2026-04-05T02:00:00+10:30 1',
    ])
  })

  it('know no day that a change of the date line left out', () => {
    expect(
      listed('DAY', 'Pacific/Apia', '2011-12-29T12:00:00-10:00', '2012-01-01T00:00:00+14:00'),
    ).toEqual(['2011-12-29T00:00:00-10:00 24', '2011-12-31T00:00:00+14:00 24'])
  })

  it('begin a day at one where midnight is left out', () => {
    expect(
      listed('DAY', 'America/Sao_Paulo', '2018-11-03T12:00:00-03:00', '2018-11-04T12:00:00-02:00'),
    ).toEqual(['2018-11-03T00:00:00-03:00 24', '2018-11-04T01:00:00-02:00 23'])
  })

  it('begin weeks on Monday and months on the first, in leap years too', () => {
    expect(
      listed('WEEK', 'Europe/Oslo', '2026-03-29T23:59:59+02:00', '2026-03-30T00:00:01+02:00'),
    ).toEqual(['2026-03-23T00:00:00+01:00 167', '2026-03-30T00:00:00+02:00 168'])
    expect(
      listed('MONTH', 'Europe/Oslo', '2024-02-29T12:00:00+01:00', '2024-03-01T12:00:00+01:00'),
    ).toEqual([`2024-02-01T00:00:00+01:00 ${29 * 24}`, `2024-03-01T00:00:00+01:00 ${31 * 24 - 1}`])
    expect(listed('MONTH', 'Europe/Oslo', '1900-02-10T00:00:00Z', '1900-02-11T00:00:00Z')).toEqual([
      `1900-02-01T00:00:00+01:00 ${28 * 24}`,
    ])
    expect(listed('DAY', 'UTC', '2000-02-29T00:00:00Z', '2000-03-01T00:00:00Z')).toEqual([
      '2000-02-29T00:00:00+00:00 24',
    ])
  })

  it('hold the instant asked for, leave no gap and do not overlap, in any zone', () => {
    const zones = [
      'Europe/Oslo',
      'America/St_Johns',
      'Pacific/Apia',
      'Australia/Lord_Howe',
      'America/Sao_Paulo',
      'Africa/Casablanca',
      'Asia/Kathmandu',
      'America/Havana',
      'Africa/Monrovia',
      'UTC',
    ]
    fc.assert(
      fc.property(
        fc.constantFrom<Bucket>('HOUR', 'DAY', 'WEEK', 'MONTH'),
        fc.constantFrom(...zones),
        fc.integer({ min: Date.parse('1880-01-01'), max: Date.parse('2090-01-01') }),
        (bucket, timeZone, instant) => {
          const first = bucketAt(bucket, timeZone, instant)
          expect(first.start).toBeLessThanOrEqual(instant)
          expect(first.end).toBeGreaterThan(instant)
          expect(bucketAt(bucket, timeZone, first.start)).toEqual(first)
          expect(bucketAt(bucket, timeZone, first.end - 1)).toEqual(first)
          expect(bucketAt(bucket, timeZone, first.end).start).toBe(first.end)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('are what the clocks show: one label within, other labels beside', () => {
    // None of these sets its clocks back over midnight, which would show a part of a day again.
    const zones = [
      'Europe/Oslo',
      'Australia/Lord_Howe',
      'America/New_York',
      'Pacific/Apia',
      'Asia/Kathmandu',
    ]
    fc.assert(
      fc.property(
        fc.constantFrom<Bucket>('HOUR', 'DAY', 'WEEK', 'MONTH'),
        fc.constantFrom(...zones),
        fc.integer({ min: Date.parse('1990-01-01'), max: Date.parse('2037-01-01') }),
        (bucket, timeZone, instant) => {
          const { start, end } = bucketAt(bucket, timeZone, instant)
          const label = labelOf(bucket, timeZone, instant)
          expect(labelOf(bucket, timeZone, start)).toBe(label)
          expect(labelOf(bucket, timeZone, end - 1)).toBe(label)
          expect(labelOf(bucket, timeZone, start - 1)).not.toBe(label)
          expect(labelOf(bucket, timeZone, end)).not.toBe(label)
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it('are found by an instant, and none outside the period', () => {
    const buckets =
      bucketsOf({
        bucket: 'DAY',
        timeZone: 'Europe/Oslo',
        start: Date.parse('2026-03-01T00:00:00+01:00'),
        end: Date.parse('2026-04-01T00:00:00+02:00'),
      }) ?? []
    expect(buckets).toHaveLength(31)
    for (const [index, { start, end }] of buckets.entries()) {
      expect(bucketIndex(buckets, start)).toBe(index)
      expect(bucketIndex(buckets, end - 1)).toBe(index)
    }
    expect(bucketIndex(buckets, (buckets[0]?.start ?? 0) - 1)).toBe(-1)
    expect(bucketIndex(buckets, buckets.at(-1)?.end ?? 0)).toBe(-1)
    expect(bucketIndex([], 0)).toBe(-1)
  })

  it('are counted, and no more of them made than a trend may have', () => {
    const century = { timeZone: 'Europe/Oslo', start: 0, end: Date.parse('2070-01-01T00:00:00Z') }
    expect(countBuckets({ ...century, bucket: 'HOUR' })).toBe(MOST_BUCKETS + 1)
    expect(countBuckets({ ...century, bucket: 'MONTH' }, 1_201)).toBe(1_201)
    expect(bucketsOf({ ...century, bucket: 'MONTH' }, 1_200)).toBeUndefined()
    expect(countBuckets({ ...century, bucket: 'MONTH', end: 0 })).toBe(0)
  })
})

describe('time zones', () => {
  it.each(['Europe/Oslo', 'UTC', 'America/Argentina/Buenos_Aires', 'Etc/GMT+3'])(
    'know %s',
    (name) => {
      expect(isTimeZone(name)).toBe(true)
    },
  )

  it.each(['', '+01:00', 'Europe/Atlantis', 'Europe/Oslo ', 'Aa/'.repeat(20)])(
    'refuse %j',
    (name) => {
      expect(isTimeZone(name)).toBe(false)
      expect(() => bucketAt('DAY', name, 0)).toThrow(new RangeError('not a time zone'))
    },
  )

  it('write an instant with the offset of its time', () => {
    expect(instantText(Date.parse('2026-10-25T00:30:00Z'), 'Europe/Oslo')).toBe(
      '2026-10-25T02:30:00+02:00',
    )
    expect(instantText(Date.parse('2026-10-25T01:30:00.250Z'), 'Europe/Oslo')).toBe(
      '2026-10-25T02:30:00.250+01:00',
    )
    expect(instantText(0, 'America/St_Johns')).toBe('1969-12-31T20:30:00-03:30')
  })

  it('keep the instant where the offset of local mean time has seconds', () => {
    const instant = Date.parse('1900-06-01T12:00:00Z')
    const text = instantText(instant, 'Africa/Monrovia')
    expect(text).toMatch(/-00:43$/)
    expect(Date.parse(text)).toBe(instant)
  })
})
