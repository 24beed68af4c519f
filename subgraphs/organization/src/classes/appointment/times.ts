import { type Effective, effectiveOf } from '../../map/effective.js'
import type { AppointmentElements } from './elements.js'

/** When it is: start, else the first period that was wished for, else when it was made. Undefined: no time can be read. */
export function timeOf({
  start,
  end,
  requestedPeriod,
  created,
  meta,
}: Pick<AppointmentElements, 'start' | 'end' | 'requestedPeriod' | 'created' | 'meta'>):
  | Effective
  | undefined {
  const [wished] = requestedPeriod ?? []
  const period = start === undefined ? wished : { start, end }
  const from = period?.start === undefined ? undefined : effectiveOf({ effectivePeriod: period })
  if (from) return from
  for (const issued of [created, meta?.lastUpdated]) {
    const made = issued === undefined ? undefined : effectiveOf({ issued })
    if (made) return made
  }
  return undefined
}
