import { DateTime } from 'luxon'

/** Times of a course, told in days of the course and hours of the clock on the wall in Norway. */
export interface Calendar {
  readonly days: number
  /** Instant with the offset of Europe/Oslo. Day 1 is the first, day `days` the last whole day before `until`. */
  at(day: number, hour: number, minute?: number, second?: number): string
  date(day: number): string
}

interface Day {
  readonly midnight: DateTime
  readonly date: string
  /** E.g. `+01:00`; absent on the two days a year on which clocks are changed. */
  readonly offset?: string
}

/** A day is looked up once, however many readings it has: zones are slow, and there are millions of readings. */
export function createCalendar(until: Date, days: number): Calendar {
  const lastDay = DateTime.fromJSDate(until, { zone: 'Europe/Oslo' })
    .startOf('day')
    .minus({ days: 1 })
  const known = new Map<number, Day>()
  const dayOf = (day: number): Day => {
    const found = known.get(day) ?? lookUp(lastDay.minus({ days: days - day }))
    known.set(day, found)
    return found
  }
  return {
    days,
    at(day, hour, minute = 0, second = 0) {
      const { midnight, date, offset } = dayOf(day)
      const isPlain = offset !== undefined && hour < 24 && minute < 60 && second < 60
      return isPlain
        ? `${date}T${two(hour)}:${two(minute)}:${two(second)}${offset}`
        : iso(midnight.set({ hour, minute, second }))
    },
    date: (day) => dayOf(day).date,
  }
}

function lookUp(midnight: DateTime): Day {
  const date = midnight.toISODate() ?? ''
  const isChanged = midnight.offset !== midnight.plus({ days: 1 }).offset
  return { midnight, date, ...(!isChanged && { offset: midnight.toFormat('ZZ') }) }
}

/** Minutes later, in the same spelling. */
export function later(instant: string, minutes: number): string {
  const [, offset = 'Z'] = /(Z|[+-]\d\d:\d\d)$/.exec(instant) ?? []
  const away = offset === 'Z' ? 0 : minutesOf(offset)
  const shifted = new Date(Date.parse(instant) + (minutes + away) * 60_000).toISOString()
  return `${shifted.slice(0, -1).replace(/\.000$/, '')}${offset}`
}

function minutesOf(offset: string): number {
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4))
  return offset.startsWith('-') ? -minutes : minutes
}

const two = (number: number): string => String(number).padStart(2, '0')

function iso(time: DateTime): string {
  return time.toISO({ suppressMilliseconds: true }) ?? ''
}
