import type { Appointment, Encounter } from 'fhir/r4.js'
import { fault, type Issue, warning } from '../../ingest/outcome.js'
import { effectiveOf, endOf } from '../../map/effective.js'
import { timeOf } from './times.js'

/** What FHIR R4 demands of an appointment and its JSON schema cannot say, and what is odd about it. */
export const checkAppointment = (one: Appointment, at: string): readonly Issue[] => [
  ...(one.status === undefined ? [fault(`${at}.status`, 'is required', 'required')] : []),
  ...checkTimes(one, at),
  ...(one.comment !== undefined || one.patientInstruction !== undefined
    ? [warning(at, 'comment and patientInstruction are not kept: metadata alone')]
    : []),
]

function checkTimes({ start, end, ...one }: Appointment, at: string): readonly Issue[] {
  const from = start === undefined ? undefined : effectiveOf({ effectiveDateTime: start })
  const until = end === undefined ? undefined : endOf(end)
  if (start !== undefined && !from) return [fault(`${at}.start`, 'no time can be read', 'value')]
  if (end !== undefined && until === undefined)
    return [fault(`${at}.end`, 'no time can be read', 'value')]
  if ((start === undefined) !== (end === undefined))
    return [fault(at, 'has a start or an end without the other (app-2)', 'invariant')]
  if (from && until !== undefined && Date.parse(until) < from.startMs)
    return [fault(`${at}.end`, 'is before the start', 'invariant')]
  if (start === undefined && !MAY_LACK_TIME.includes(one.status ?? ''))
    return [
      fault(
        `${at}.start`,
        'is required but for proposed, cancelled or waitlist (app-3)',
        'invariant',
      ),
    ]
  const isTimed = timeOf({ start, end, created: one.created, meta: one.meta }) !== undefined
  return isTimed || one.requestedPeriod?.length
    ? []
    : [warning(at, 'says no time: ordered by when it was received')]
}

const MAY_LACK_TIME: readonly string[] = ['proposed', 'cancelled', 'waitlist', 'entered-in-error']

/** The schema cannot require a primitive: its extension may stand alone. */
export const checkEncounter = ({ status }: Encounter, at: string): readonly Issue[] =>
  status === undefined ? [fault(`${at}.status`, 'is required', 'required')] : []
