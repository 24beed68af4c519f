import type { PartyOfType } from './party-elements.js'

type Available = PartyOfType<'PractitionerRole'> | PartyOfType<'HealthcareService'>

const DAYS: Readonly<Record<string, string>> = {
  mon: 'MONDAY',
  tue: 'TUESDAY',
  wed: 'WEDNESDAY',
  thu: 'THURSDAY',
  fri: 'FRIDAY',
  sat: 'SATURDAY',
  sun: 'SUNDAY',
}
const ORDER = Object.values(DAYS)

/** When somebody is there, as roles and services say it, then in words. */
export const hoursOf = (available: readonly Available[], words: readonly string[]) => [
  ...available.flatMap(({ availableTime = [] }) => availableTime.map(entryOf)),
  ...words.map((text) => ({ ...UNKNOWN, text })),
]

const UNKNOWN = { days: [], allDay: false, opens: undefined, closes: undefined }

type Time = NonNullable<Available['availableTime']>[number]

function entryOf({ daysOfWeek = [], allDay, availableStartTime, availableEndTime }: Time) {
  return {
    days: daysOfWeek.flatMap((day) => DAYS[day] ?? []).toSorted(byDay),
    allDay: allDay ?? false,
    opens: minutesOf(availableStartTime),
    closes: minutesOf(availableEndTime),
    text: undefined,
  }
}

const byDay = (a: string, b: string): number => ORDER.indexOf(a) - ORDER.indexOf(b)

/** `08:00:00` to the minute. */
const minutesOf = (time: string | undefined): string | undefined => time?.slice(0, 5)

/** When they are away, in words. */
export const awayOf = (available: readonly Available[]): readonly string[] =>
  available.flatMap(({ notAvailable = [], availabilityExceptions }) => [
    ...notAvailable.flatMap(({ description }) => description ?? []),
    ...(availabilityExceptions === undefined ? [] : [availabilityExceptions]),
  ])
