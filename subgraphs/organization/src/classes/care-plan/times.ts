import { type Effective, effectiveOf } from '../../map/effective.js'
import type { PlanElements } from './elements.js'

/** From when a plan holds: its period, else when it was made, else when this version was. Undefined: no time can be read. */
export function holdsFrom(
  plan: Pick<PlanElements, 'period' | 'created' | 'meta'>,
): Effective | undefined {
  const { start, end } = plan.period ?? {}
  const from = start === undefined ? undefined : effectiveOf({ effectivePeriod: { start, end } })
  if (from) return from
  for (const issued of [plan.created, plan.meta?.lastUpdated]) {
    const made = issued === undefined ? undefined : effectiveOf({ issued })
    if (made) return made
  }
  return undefined
}
