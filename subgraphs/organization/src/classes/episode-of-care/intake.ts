import type { EpisodeOfCare } from 'fhir/r4.js'
import { fault, type Issue, warning } from '../../ingest/outcome.js'
import { effectiveOf, endOf } from '../../map/effective.js'
import type { ClassIntake } from '../resource-class.js'
import { takeEach } from '../take.js'

/** Every service that the patient has, has had or waits for. */
export const serviceIntake: ClassIntake = takeEach<EpisodeOfCare>({
  types: ['EpisodeOfCare'],
  check: (episode, at) => [
    // The schema cannot require a primitive: its extension may stand alone.
    ...(episode.status === undefined ? [fault(`${at}.status`, 'is required', 'required')] : []),
    ...(episode.type?.length
      ? []
      : [warning(`${at}.type`, 'is not told: nobody sees which service')]),
    ...checkPeriod(episode, at),
  ],
  authorsOf: ({ managingOrganization, careManager }) => [managingOrganization, careManager],
})

function checkPeriod({ period, meta }: EpisodeOfCare, at: string): readonly Issue[] {
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
