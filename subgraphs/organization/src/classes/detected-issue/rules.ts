import type { Composition, DetectedIssue, Flag, Task } from 'fhir/r4.js'
import { fault, type Issue, warning } from '../../ingest/outcome.js'
import { endOf } from '../../map/effective.js'
import { zoneLevel } from '../care-plan/zones.js'
import { alertCodes, isKnownCode } from './codes.js'
import { type AlertElements, requestsIn } from './elements.js'
import { missingOf } from './missing.js'
import { raisedOf } from './times.js'

/** What FHIR R4 demands and its JSON schema cannot say, and what is odd. */
export function checkAlert(alert: DetectedIssue | Flag, at: string): readonly Issue[] {
  const elements = alert as AlertElements
  return [
    ...required(alert.status, `${at}.status`),
    ...(alert.resourceType === 'Flag' ? [] : required(alert.code, `${at}.code`)),
    ...checkTimes(elements, at),
    ...checkCode(elements, at),
    ...checkMissing(elements, at),
  ]
}

/** The schema cannot require a primitive: its extension may stand alone. */
const required = (value: unknown, at: string): readonly Issue[] =>
  value === undefined ? [fault(at, 'is required', 'required')] : []

function checkTimes(alert: AlertElements, at: string): readonly Issue[] {
  const raised = raisedOf(alert)
  const { identifiedPeriod: period = alert.period } = alert
  const end = period?.end === undefined ? undefined : endOf(period.end)
  if (period?.end !== undefined && end === undefined) return [fault(at, NO_TIME, 'value')]
  const hasTime = alert.identifiedDateTime ?? period?.start
  if (hasTime !== undefined && !raised) return [fault(at, NO_TIME, 'value')]
  if (raised && end !== undefined && Date.parse(end) < raised.startMs) {
    return [fault(at, 'ends before it begins', 'invariant')]
  }
  return raised ? [] : [warning(at, 'does not say when it was raised: ordered by its receipt')]
}

const NO_TIME = 'has a time that no time can be read from'

function checkCode({ code, evidence = [] }: AlertElements, at: string): readonly Issue[] {
  const unknown = alertCodes(code).some((one) => !isKnownCode(one))
  const levels = new Set(
    evidence.flatMap((one) => (one.code ?? []).flatMap((c) => zoneLevel(c) ?? [])),
  )
  return [
    ...(unknown
      ? [warning(`${at}.code`, 'is none of VKP’s alert codes: shown as another kind')]
      : []),
    ...(levels.size > 1
      ? [warning(`${at}.evidence`, 'has several zones: shown without a zone')]
      : []),
  ]
}

/** A missing report is an alert with the time that it was expected at; without that nobody can tell how late it is. */
function checkMissing(alert: AlertElements, at: string): readonly Issue[] {
  try {
    requestsIn(alert.contained)
  } catch {
    return [fault(`${at}.contained`, 'has a ServiceRequest that is not FHIR R4', 'structure')]
  }
  const missing = missingOf(alert)
  if (!missing || missing.expectedBy !== undefined) return []
  return [warning(at, 'does not say when what is missing was expected')]
}

export const checkNote = ({ status }: Composition, at: string): readonly Issue[] =>
  required(status, `${at}.status`)

export const checkTask = ({ status, intent }: Task, at: string): readonly Issue[] => [
  ...required(status, `${at}.status`),
  ...required(intent, `${at}.intent`),
]
