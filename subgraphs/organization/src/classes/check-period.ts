import type { CareTeam, EpisodeOfCare, RelatedPerson } from 'fhir/r4.js'
import { fault, type Issue, warning } from '../ingest/outcome.js'
import { effectiveOf, endOf } from '../map/effective.js'

/** A period that can be read and does not end before it begins; a row without a start stands where it was last changed. */
export function checkPeriod(
  { period, meta }: Pick<CareTeam | EpisodeOfCare | RelatedPerson, 'period' | 'meta'>,
  at: string,
): readonly Issue[] {
  const { start, end } = period ?? {}
  const from = start === undefined ? undefined : effectiveOf({ effectiveDateTime: start })
  const until = end === undefined ? undefined : endOf(end)
  if (start !== undefined && !from)
    return [fault(`${at}.period.start`, 'no time can be read', 'value')]
  if (end !== undefined && until === undefined)
    return [fault(`${at}.period.end`, 'no time can be read', 'value')]
  if (from && until !== undefined && Date.parse(until) < from.startMs)
    return [fault(`${at}.period.end`, 'is before the start', 'invariant')]
  if (from || meta?.lastUpdated !== undefined) return []
  return [warning(at, 'has no period or meta.lastUpdated: ordered by when it was received')]
}
