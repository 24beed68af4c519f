const INSTANT =
  /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|([+-])(\d\d):(\d\d))$/

/**
 * Epoch milliseconds of an instant in RFC 3339 (seconds may be left out); undefined for other text, and for days that the calendar
 * does not have, which Date.parse moves into the next month.
 */
export function parseInstant(text: string): number | undefined {
  const read = INSTANT.exec(text)
  const instant = read ? Date.parse(text) : Number.NaN
  if (!read || Number.isNaN(instant)) return undefined
  const [, day, sign, hours = 0, minutes = 0] = read
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -60_000 : 60_000)
  return new Date(instant + offset).toISOString().startsWith(`${day}T`) ? instant : undefined
}
