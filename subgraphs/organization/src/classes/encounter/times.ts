import { type Effective, effectiveOf } from '../../map/effective.js'
import type { EncounterElements } from './elements.js'

/** When it is: its start; VKP sends the end alone where the start is not known. Undefined: no time can be read. */
export function visitAt({
  period,
  meta,
}: Pick<EncounterElements, 'period' | 'meta'>): Effective | undefined {
  const { start, end } = period ?? {}
  const from = start === undefined ? undefined : effectiveOf({ effectivePeriod: { start, end } })
  if (from) return from
  return effectiveOf({ effectiveDateTime: end, issued: meta?.lastUpdated })
}
