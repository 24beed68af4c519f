import { type Effective, effectiveOf } from '../../map/effective.js'
import type { ImpressionElements } from './elements.js'

export const TIMES = ['effectiveDateTime', 'effectivePeriod', 'date', 'meta'] as const

/** When the patient was assessed, else when that was written down, else when this version was made. Undefined: no time can be read. */
export function assessedAt({
  effectiveDateTime,
  effectivePeriod,
  date,
  meta,
}: Pick<ImpressionElements, (typeof TIMES)[number]>): Effective | undefined {
  const assessed = effectiveOf({ effectiveDateTime, effectivePeriod })
  if (assessed) return assessed
  for (const issued of [date, meta?.lastUpdated]) {
    const written = issued === undefined ? undefined : effectiveOf({ issued })
    if (written) return written
  }
  return undefined
}
