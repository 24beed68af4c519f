import { type Effective, effectiveOf } from '../../map/effective.js'
import type { AlertElements } from './elements.js'

/** Later than so much after it was received: a clock is wrong, and receipt decides the order. */
const SUSPECT_AFTER_MS = 5 * 60_000

type Times = Pick<AlertElements, 'identifiedDateTime' | 'identifiedPeriod' | 'period'>

/** When it was raised, as it says. Undefined: no time can be read. */
export const raisedOf = ({ identifiedDateTime, identifiedPeriod, period }: Times) =>
  effectiveOf({
    ...(identifiedDateTime !== undefined && { effectiveDateTime: identifiedDateTime }),
    effectivePeriod: identifiedPeriod ?? period,
  })

/** The same, unless it lies ahead. */
export function raisedAt(alert: Times, receivedMs: number): Effective | undefined {
  const raised = raisedOf(alert)
  return raised && raised.startMs > receivedMs + SUSPECT_AFTER_MS ? undefined : raised
}
