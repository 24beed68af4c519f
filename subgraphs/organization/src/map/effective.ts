import { DateTime } from 'luxon'

/** When something was measured, in FHIR's forms. */
export interface Times {
  readonly effectiveDateTime?: string | undefined
  readonly effectiveInstant?: string | undefined
  readonly effectivePeriod?:
    | { readonly start?: string | undefined; readonly end?: string | undefined }
    | undefined
  readonly effectiveTiming?: { readonly event?: readonly string[] | undefined } | undefined
  readonly issued?: string | undefined
}

export interface Effective {
  /** Start (epoch milliseconds, rounded down): what rows are sorted by. */
  readonly startMs: number
  /** Start as RFC 3339 with the offset that was sent; of a bare date, that of Europe/Oslo. */
  readonly start: string
  readonly end?: string
  readonly precision: 'INSTANT' | 'DATE' | 'ISSUED'
}

/** Reads when it was measured; `issued` stands in where nothing else says so. Undefined where no time can be read. */
export function effectiveOf(times: Times): Effective | undefined {
  const { effectivePeriod: period } = times
  const sent =
    times.effectiveDateTime ??
    times.effectiveInstant ??
    period?.start ??
    times.effectiveTiming?.event?.[0]
  const start = sent === undefined ? undefined : startOf(sent)
  if (start) {
    const end = period?.end === undefined ? undefined : endOf(period.end)
    return end === undefined ? start : { ...start, end }
  }
  const issued =
    sent === undefined && times.issued !== undefined ? startOf(times.issued) : undefined
  return issued && { ...issued, precision: 'ISSUED' }
}

// Whole dates are days of people in Norway, whatever the machine's zone is.
const OSLO = { zone: 'Europe/Oslo' }
const WITH_TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/
const DATE = /^\d{4}(-\d\d(-\d\d)?)?$/

function startOf(text: string): Omit<Effective, 'end'> | undefined {
  if (WITH_TIME.test(text)) {
    const startMs = instantMs(text)
    return startMs === undefined ? undefined : { startMs, start: text, precision: 'INSTANT' }
  }
  const day = DateTime.fromISO(text, OSLO)
  if (!day.isValid || !DATE.test(text)) return undefined
  return {
    startMs: day.toMillis(),
    start: day.toISO({ suppressMilliseconds: true }),
    precision: 'DATE',
  }
}

/** End of a period as RFC 3339; a bare date includes the whole of it (FHIR Period.end). */
export function endOf(text: string): string | undefined {
  if (WITH_TIME.test(text)) return instantMs(text) === undefined ? undefined : text
  const day = DateTime.fromISO(text, OSLO)
  const unit = (['year', 'month', 'day'] as const)[text.split('-').length - 1] ?? 'day'
  return day.isValid && DATE.test(text) ? day.endOf(unit).toISO() : undefined
}

/**
 * Epoch milliseconds of an RFC 3339 instant; undefined for one that the calendar does not have. Date.parse is eight times
 * as fast as luxon, but takes 30 February for 2 March.
 */
export function instantMs(text: string): number | undefined {
  const [, year, month, day, hour] = text.match(WITH_TIME) ?? []
  const last = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()
  if (day === undefined || Number(day) > last || hour === '24') return undefined
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? undefined : ms
}
