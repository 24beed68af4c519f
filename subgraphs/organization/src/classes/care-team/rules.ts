import type { CareTeam, Task } from 'fhir/r4.js'
import { fault, type Issue, warning } from '../../ingest/outcome.js'
import { checkPeriod } from '../check-period.js'
import { TERMS, termsOf } from './terms.js'

/** What FHIR R4 demands of a care team and its JSON schema cannot say, and what is odd about it. */
export const checkTeam = (team: CareTeam, at: string): readonly Issue[] => [
  ...(team.status === undefined
    ? [warning(`${at}.status`, 'is not told: whether the team is at work is unclear')]
    : []),
  ...checkPeriod(team, at),
  ...checkTerms(team, at),
]

/** A term that cannot be read would drop the whole team when it is asked for. */
function checkTerms(team: CareTeam, at: string): readonly Issue[] {
  try {
    termsOf({ extension: team.extension?.map((one) => ({ ...one })) })
    return []
  } catch {
    return [
      fault(`${at}.extension('${TERMS}')`, 'is not what docs/care-teams.md says', 'structure'),
    ]
  }
}

/** The schema cannot require a primitive: its extension may stand alone. */
export const checkTask = (
  { status, intent, owner, requester }: Task,
  at: string,
): readonly Issue[] => [
  ...(status === undefined ? [fault(`${at}.status`, 'is required', 'required')] : []),
  ...(intent === undefined ? [fault(`${at}.intent`, 'is required', 'required')] : []),
  ...(owner ? [] : [warning(`${at}.owner`, 'is not told: to whom it is handed over is unclear')]),
  ...(requester ? [] : [warning(`${at}.requester`, 'is not told: taken for the sender')]),
]
