import { z } from 'zod'

/** An instant with offset, or a bare date: whole days in Norway. */
export const Instant = z.union([z.iso.datetime({ offset: true }), z.iso.date()], {
  error: 'is neither a date (2026-01-31) nor an instant with offset (2026-01-31T12:00:00+01:00)',
})

/** First millisecond (epoch) of a period that starts at this instant. A bare date starts at midnight in Oslo. */
export function startOf(instant: string): number {
  return instant.length === 10 ? osloMidnight(instant) : Date.parse(instant)
}

/** First millisecond (epoch) after a period that ends so. As in FHIR, a period to a bare date holds that whole day. */
export function endOf(instant: string | undefined): number {
  if (instant === undefined) return Number.POSITIVE_INFINITY
  return instant.length === 10 ? osloMidnight(dayAfter(instant)) : Date.parse(instant)
}

const hourInOslo = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Oslo',
  hour: '2-digit',
  hourCycle: 'h23',
})

/** Agreements share few dates; asking the calendar takes a thousand times as long as looking it up. */
const midnights = new Map<string, number>()
const MOST_MIDNIGHTS = 10_000

function osloMidnight(date: string): number {
  const known = midnights.get(date)
  if (known !== undefined) return known
  if (midnights.size >= MOST_MIDNIGHTS) midnights.clear()
  const midnight = findMidnight(date)
  midnights.set(date, midnight)
  return midnight
}

// The clock changes at 02:00 or 03:00, so every day has exactly one midnight: in summer time, or else in winter time.
function findMidnight(date: string): number {
  const summer = Date.parse(`${date}T00:00:00+02:00`)
  return hourInOslo.format(summer) === '00' ? summer : Date.parse(`${date}T00:00:00+01:00`)
}

function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)
}
