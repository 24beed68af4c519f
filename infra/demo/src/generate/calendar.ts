import { DateTime } from 'luxon'

/** Times of a course, told in days of the course and hours of the clock on the wall in Norway. */
export interface Calendar {
  readonly days: number
  /** Instant with the offset of Europe/Oslo. Day 1 is the first, day `days` the last whole day before `until`. */
  at(day: number, hour: number, minute?: number, second?: number): string
  date(day: number): string
}

export function createCalendar(until: Date, days: number): Calendar {
  const lastDay = DateTime.fromJSDate(until, { zone: 'Europe/Oslo' })
    .startOf('day')
    .minus({ days: 1 })
  const midnight = (day: number) => lastDay.minus({ days: days - day })
  return {
    days,
    at: (day, hour, minute = 0, second = 0) => iso(midnight(day).set({ hour, minute, second })),
    date: (day) => midnight(day).toISODate() ?? '',
  }
}

/** Minutes later, in the same spelling. */
export function later(instant: string, minutes: number): string {
  return iso(DateTime.fromISO(instant, { setZone: true }).plus({ minutes }))
}

function iso(time: DateTime): string {
  return time.toISO({ suppressMilliseconds: true }) ?? ''
}
