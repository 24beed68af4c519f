import type { PlanElements } from './elements.js'

/** What a plan is for: `CarePlanKind` of the contract. */
export type PlanKind = 'OTHER' | 'TREATMENT' | 'SELF_TREATMENT' | 'VISIT'

/** Categories of VKP's plans (target-architecture B8). */
export const VKP_CATEGORY = 'http://ehelse.no/fhir/CodeSystem/vkp-careplan-category-v090'

const KINDS: Readonly<Record<string, PlanKind>> = {
  '0': 'OTHER',
  '1': 'TREATMENT',
  '2': 'SELF_TREATMENT',
  '3': 'VISIT',
}

/** Codes of VKP's category in a plan. */
export const vkpCategories = ({
  category = [],
}: Pick<PlanElements, 'category'>): readonly string[] =>
  category.flatMap(({ coding = [] }) =>
    coding.flatMap(({ system, code }) =>
      system === VKP_CATEGORY && code !== undefined ? [code] : [],
    ),
  )

/**
 * What a plan is for, as its source says. The zone model has no category: its plans are for self-treatment. Of several
 * categories self-treatment counts, because more than one such plan in force must be seen.
 */
export function kindOfPlan(plan: Pick<PlanElements, 'category'>, hasZones: boolean): PlanKind {
  const kinds = vkpCategories(plan).flatMap((code) => KINDS[code] ?? [])
  if (kinds.includes('SELF_TREATMENT')) return 'SELF_TREATMENT'
  return kinds[0] ?? (hasZones ? 'SELF_TREATMENT' : 'OTHER')
}
