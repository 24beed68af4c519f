/** What the clocks of one time zone show. */
export interface TimeZoneClock {
  /** Local time less UTC at an instant (both epoch milliseconds). */
  readonly offsetAt: (instant: number) => number
}

const clocks = new Map<string, TimeZoneClock | undefined>()
// Names come from clients, and many spellings name one zone: what is remembered of them is bounded.
const CLOCKS_LIMIT = 100
const NAME = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+){0,2}$/
const MOST_CHARACTERS = 50

/** True where `name` is a time zone of the IANA database, e.g. `Europe/Oslo` or `UTC`; offsets such as `+01:00` are none. */
export const isTimeZone = (name: string): boolean => clockOf(name) !== undefined

/** @throws RangeError for a name that is no time zone. */
export function timeZoneClock(name: string): TimeZoneClock {
  const clock = clockOf(name)
  if (!clock) throw new RangeError('not a time zone')
  return clock
}

function clockOf(name: string): TimeZoneClock | undefined {
  if (clocks.has(name)) return clocks.get(name)
  const clock = makeClock(name)
  if (clocks.size >= CLOCKS_LIMIT) clocks.clear()
  clocks.set(name, clock)
  return clock
}

function makeClock(timeZone: string): TimeZoneClock | undefined {
  if (timeZone.length > MOST_CHARACTERS || !NAME.test(timeZone)) return undefined
  try {
    // One short text is a tenth of the work of taking a date apart, and it has the seconds of local mean time.
    const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
    return { offsetAt: (instant) => readOffset(format.format(instant)) }
  } catch {
    return undefined
  }
}

const OFFSET = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/

function readOffset(text: string): number {
  const read = OFFSET.exec(text)
  if (!read) throw new Error('This Node writes offsets of time zones in another way')
  const [, sign, hours = 0, minutes = 0, seconds = 0] = read
  const size = (Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)) * 1_000
  return sign === '-' ? -size : size
}

/**
 * An instant as RFC 3339 text with the zone's offset then, e.g. `2026-03-29T03:00:00+02:00`. Offsets of local mean time have
 * seconds, which RFC 3339 cannot write: they are cut, and the time of day keeps the instant true.
 */
export function instantText(instant: number, timeZone: string): string {
  const minutes = Math.trunc(timeZoneClock(timeZone).offsetAt(instant) / 60_000)
  const local = new Date(instant + minutes * 60_000)
    .toISOString()
    .replace('.000Z', '')
    .replace('Z', '')
  const size = Math.abs(minutes)
  const two = (number: number): string => String(number).padStart(2, '0')
  return `${local}${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
}
