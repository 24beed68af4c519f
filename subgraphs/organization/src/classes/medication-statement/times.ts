import { type Effective, effectiveOf } from '../../map/effective.js'
import type { EntryElements } from './elements.js'

export const TIMES = [
  ...['effectiveDateTime', 'effectivePeriod', 'dateAsserted', 'authoredOn', 'meta'],
] as const

/**
 * Since when it is taken; else when somebody said so or prescribed it, else when this version was made. Undefined: no time can be
 * read.
 */
export function heldSince({
  effectiveDateTime,
  effectivePeriod,
  dateAsserted,
  authoredOn,
  meta,
}: Pick<EntryElements, (typeof TIMES)[number]>): Effective | undefined {
  const taken = effectiveOf({ effectiveDateTime, effectivePeriod })
  if (taken) return taken
  for (const issued of [authoredOn, dateAsserted, meta?.lastUpdated]) {
    const said = issued === undefined ? undefined : effectiveOf({ issued })
    if (said) return said
  }
  return undefined
}
