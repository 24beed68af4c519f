import { toConcept } from '../../map/concept.js'
import { effectiveOf, endOf } from '../../map/effective.js'
import { measureOf } from '../measures.js'
import { whatIsMissing } from './codes.js'
import { type AlertElements, requestsIn } from './elements.js'

type Missing = Pick<AlertElements, 'code' | 'identifiedPeriod' | 'contained'>

/**
 * What did not come, and when it was due: by the request that the alert holds, else by the period that it was looked for in.
 * Undefined for an alert about something else.
 */
export function missingOf(alert: Missing) {
  const what = whatIsMissing(alert.code)
  if (what === null) return undefined
  const [request] = requestsIn(alert.contained)
  const due = request?.occurrenceDateTime
  const period =
    request?.occurrencePeriod ?? (due === undefined ? alert.identifiedPeriod : undefined)
  const { kind, codes } = measureOf(request?.code)
  const end = due ?? period?.end
  return {
    what,
    code: request?.code && toConcept(request.code),
    ...{ kind, codes },
    expectedFrom: startOf(period?.start),
    expectedBy: end === undefined ? undefined : endOf(end),
  }
}

const startOf = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : effectiveOf({ effectiveDateTime: text })?.start
