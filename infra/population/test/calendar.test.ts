import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { DateTime } from 'luxon'
import { createCalendar, later } from '../src/calendar.js'

/** Noon after the last day. */
const calendar = (after: string, days: number) =>
  createCalendar(new Date(`${after}T12:00:00Z`), days)

describe('the calendar', () => {
  it('tells the time on the wall in Norway, with the offset of the day, also where clocks are changed', () => {
    const spring = calendar('2026-03-31', 4)
    expect([1, 2, 3, 4].map((day) => spring.date(day))).toEqual([
      ...['2026-03-27', '2026-03-28', '2026-03-29', '2026-03-30'],
    ])
    expect(spring.at(2, 8)).toBe('2026-03-28T08:00:00+01:00')
    expect(spring.at(3, 1, 59)).toBe('2026-03-29T01:59:00+01:00')
    expect(spring.at(3, 3)).toBe('2026-03-29T03:00:00+02:00')
    expect(spring.at(4, 8, 5, 9)).toBe('2026-03-30T08:05:09+02:00')
    const autumn = calendar('2026-10-27', 3)
    expect(autumn.at(2, 1)).toBe('2026-10-25T01:00:00+02:00')
    expect(autumn.at(2, 3)).toBe('2026-10-25T03:00:00+01:00')
  })

  it('says of every hour what the zone’s own rules say', () => {
    const year = calendar('2027-01-01', 365)
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 365 }),
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 59 }),
        (day, hour, minute) => {
          const wall = DateTime.fromISO(year.date(day), { zone: 'Europe/Oslo' }).set({
            hour,
            minute,
          })
          expect(year.at(day, hour, minute)).toBe(wall.toISO({ suppressMilliseconds: true }))
        },
      ),
    )
  })

  it('goes on by minutes in the spelling that it was given', () => {
    expect(later('2026-03-29T01:59:00+01:00', 2)).toBe('2026-03-29T02:01:00+01:00')
    expect(later('2026-12-31T23:30:00Z', 60)).toBe('2027-01-01T00:30:00Z')
    expect(later('2026-01-01T00:10:00-03:30', -20)).toBe('2025-12-31T23:50:00-03:30')
    expect(later('2026-01-01T00:00:00.250+01:00', 1)).toBe('2026-01-01T00:01:00.250+01:00')
  })
})
