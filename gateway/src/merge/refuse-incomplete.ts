import { GatewayError } from '../errors.js'
import type { Located } from '../path/stage.js'
import type { MergedValue } from './merge-fields.js'
import type { CompletionPolicy } from './policy.js'
import { isWhole, type Report } from './reports.js'

/**
 * Refuses an answer that the request itself declared of no use. Sources that the request excludes are not missing.
 * @throws GatewayError `ANSWER_INCOMPLETE`, `MANDATORY_SOURCE_MISSING`
 */
export function refuseIncomplete(
  policy: CompletionPolicy,
  values: readonly MergedValue[],
  { stale }: Located,
): void {
  const reports = values.flatMap((value) => value.values.sources)
  if (values.length === 0) return
  const mandatory = policy.mandatory.flatMap((number) => missing(number, reports))
  if (mandatory.length > 0) {
    throw new GatewayError('MANDATORY_SOURCE_MISSING', {
      text: `A mandatory source is missing: ${listed(mandatory)}.`,
    })
  }
  if (policy.completion !== 'ALL_OR_ERROR') return
  const gaps = reports.filter((report) => report.reason !== 'EXCLUDED' && !isWhole(report))
  if (gaps.length === 0 && !stale && reports.length > 0) return
  const named = [...new Set(gaps.map(describe))]
  const words = named.length > 0 ? listed(named) : 'the list of organisations is not certain'
  throw new GatewayError('ANSWER_INCOMPLETE', { text: `The answer is not complete: ${words}.` })
}

const describe = ({ organization, status, reason, dropped }: Report): string => {
  const why = reason ?? (dropped > 0 ? 'rows left out' : undefined)
  return `${organization.number} ${status}${why === undefined ? '' : ` (${why})`}`
}

function missing(number: string, reports: readonly Report[]): readonly string[] {
  const own = reports.filter(({ organization }) => organization.number === number)
  if (own.length === 0) return [`${number} not located`]
  return [...new Set(own.filter((report) => !isWhole(report)).map(describe))]
}

const MOST_NAMED = 20

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMED
  return names.slice(0, MOST_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '')
}
