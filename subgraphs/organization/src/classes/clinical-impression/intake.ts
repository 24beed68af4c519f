import type { ClinicalImpression } from 'fhir/r4.js'
import { fault, type Issue, warning } from '../../ingest/outcome.js'
import { subjectOf } from '../../ingest/references.js'
import { effectiveOf, endOf } from '../../map/effective.js'
import { codesOfReferences } from '../detected-issue/referred.js'
import type { ClassIntake } from '../resource-class.js'
import { claimOf } from '../take.js'
import { assessedAt } from './times.js'

/** What professionals made of measurements, alerts and answers. */
export const assessmentIntake: ClassIntake = {
  types: ['ClinicalImpression'],
  many: {
    type: 'ClinicalImpression',
    timeOf: (resource) => assessedAt(resource as ClinicalImpression)?.startMs,
  },
  open: ({ neighbours }) => {
    return (entry, at) => {
      const impression = entry.resource as ClinicalImpression
      return claimOf({
        issues: check(impression, at),
        subject: subjectOf(impression, neighbours, at),
        authors: impression.assessor ? [impression.assessor] : [],
        codes: codesOfReferences(lookedAt(impression), impression, neighbours),
      })
    }
  },
}

/** What may be a measurement among what was looked at. */
const lookedAt = ({
  investigation = [],
  supportingInfo = [],
  finding = [],
}: ClinicalImpression) => [
  ...investigation.flatMap(({ item = [] }) => item),
  ...supportingInfo,
  ...finding.flatMap(({ itemReference }) => itemReference ?? []),
]

function check(impression: ClinicalImpression, at: string): readonly Issue[] {
  return [
    // The schema cannot require a primitive: its extension may stand alone.
    ...(impression.status === undefined ? [fault(`${at}.status`, 'is required', 'required')] : []),
    ...checkTimes(impression, at),
    ...(impression.summary === undefined && !impression.finding?.length
      ? [warning(at, 'has neither summary nor finding: nobody sees what was made of it')]
      : []),
  ]
}

function checkTimes(impression: ClinicalImpression, at: string): readonly Issue[] {
  const { effectiveDateTime, effectivePeriod, date } = impression
  const starts = { effectiveDateTime, 'effectivePeriod.start': effectivePeriod?.start, date }
  const unread = Object.entries(starts).filter(
    ([, time]) => time !== undefined && !effectiveOf({ effectiveDateTime: time }),
  )
  const end = effectivePeriod?.end === undefined ? undefined : endOf(effectivePeriod.end)
  if (effectivePeriod?.end !== undefined && end === undefined)
    return [fault(`${at}.effectivePeriod.end`, 'no time can be read', 'value')]
  if (unread.length > 0)
    return unread.map(([name]) => fault(`${at}.${name}`, 'no time can be read', 'value'))
  const when = assessedAt(impression)
  if (!when) return [warning(at, 'says no time: ordered by when it was received')]
  return end !== undefined && effectivePeriod?.start !== undefined && Date.parse(end) < when.startMs
    ? [fault(`${at}.effectivePeriod.end`, 'is before the start', 'invariant')]
    : []
}
