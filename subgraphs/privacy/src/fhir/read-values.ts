import { redactNumbers } from '@kilde/service'
import { DateTime } from 'luxon'
import type { z } from 'zod'
import { PrivacyError } from '../errors.js'

/** A date is the whole day in Norway: until its end where it ends something. */
export function instantOf(
  text: string | undefined,
  edge: 'start' | 'end',
  place: string,
): string | undefined {
  if (text === undefined) return undefined
  const read = DateTime.fromISO(text, { zone: 'Europe/Oslo' })
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text)
  if (!read.isValid || (!isDay && !text.includes('T'))) throw faulty(place, 'is no date or instant')
  const at = isDay && edge === 'end' ? read.plus({ days: 1 }) : read
  return at.toUTC().toISO() ?? undefined
}

/** @throws PrivacyError `PRIVACY_INPUT` */
export function parse<T>(shape: z.ZodType<T>, value: unknown, place: string): T {
  const read = shape.safeParse(value)
  if (read.success) return read.data
  const [issue] = read.error.issues
  throw faulty(`${place}${issue?.path.join('.') ?? ''}`, issue?.message ?? 'is not valid')
}

/** Names the element; a number that stands there is not repeated. */
export function faulty(place: string, what: string): PrivacyError {
  return new PrivacyError('PRIVACY_INPUT', {
    text: redactNumbers(`The Consent cannot be taken: ${place} ${what}`.replace(/\s+/g, ' ')),
  })
}
