import {
  LAST_DAY,
  MOST_DAYS,
  MOST_ORGANIZATIONS,
  MOST_PEOPLE,
  type PopulationRequest,
} from '@kilde/population'
import { z } from 'zod'
import { CliError } from '../errors.js'

export interface GenerateOptions {
  readonly patients: string
  readonly organizations: string
  readonly days: string
  readonly seed: string
  readonly until: string
  readonly to: string
  readonly json?: true
}

const count = (most: number) =>
  z
    .string()
    .regex(/^\d{1,6}$/)
    .transform(Number)
    .pipe(z.number().min(1).max(most))

const request = z.object({
  patients: count(MOST_PEOPLE),
  organizations: count(MOST_ORGANIZATIONS),
  days: count(MOST_DAYS),
  seed: z.string().min(1).max(100),
  until: z.iso.date(),
})

const WANTED: Readonly<Record<string, string>> = {
  patients: `--patients takes a whole number, 1 to ${MOST_PEOPLE}`,
  organizations: `--organizations takes a whole number, 1 to ${MOST_ORGANIZATIONS}`,
  days: `--days takes a whole number, 1 to ${MOST_DAYS}`,
  seed: '--seed takes a text of at most 100 characters',
  until: `--until takes a date such as ${LAST_DAY}`,
}

/** @throws CliError `USAGE` that names every option that is wrong */
export function readRequest(options: GenerateOptions): PopulationRequest {
  const read = request.safeParse(options)
  if (read.success) return read.data
  const wrong = new Set(read.error.issues.map(({ path }) => WANTED[String(path[0])] ?? ''))
  throw new CliError('USAGE', { text: `${[...wrong].join('; ')}.` })
}
