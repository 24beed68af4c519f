import { identifierSystems } from '@kilde/contract'
import { toConcepts } from '../../map/concept.js'
import { endOf } from '../../map/effective.js'
import type { MapContext } from '../../map/observation.js'
import type { ClassRow } from '../../sources/source.js'
import { authorsOf } from '../authors.js'
import { commonFields, instant, type ReadRow } from '../common-fields.js'
import { activitiesOf } from './activities.js'
import { type PlanElements, type Reference, readPlanElements } from './elements.js'
import { goalsOf } from './goals.js'
import { type Parts, readParts } from './parts.js'
import { holdsFrom } from './times.js'
import { addressesOf, zonesOf } from './zones.js'

/** A plan whose elements, and those of what it refers to, have been read and checked. */
export interface ReadPlan extends ReadRow {
  readonly elements: PlanElements
  readonly parts: Parts
}

/** @throws where the plan is not what FHIR R4 says, or contradicts what it is sorted by: it is dropped alone */
export function readPlan(row: ClassRow, context: MapContext): ReadPlan {
  const elements = readPlanElements(row.resource)
  const parts = readParts(row.related, elements.contained ?? [])
  return { row, elements, parts, when: holdsFrom(elements), context }
}

/** FHIR's spelling of a code in the contract's: `on-hold` → `ON_HOLD`. */
const spelled = (code: string | undefined): string | undefined =>
  code?.toUpperCase().replaceAll('-', '_')

/** Fields of the contract's CarePlan. Each runs only where it is selected. */
export const planFields = {
  ...commonFields,
  intent: ({ elements }: ReadPlan) => spelled(elements.intent),
  kind: ({ row }: ReadPlan) => row.facets['kind']?.[0],
  category: ({ elements }: ReadPlan) => toConcepts(elements.category),
  title: ({ elements }: ReadPlan) => elements.title,
  description: ({ elements }: ReadPlan) => elements.description,
  effectiveEnd: ({ elements: { period } }: ReadPlan) =>
    period?.end === undefined ? undefined : endOf(period.end),
  created: ({ elements }: ReadPlan) => instant(elements.created),
  updated: ({ elements }: ReadPlan) => instant(elements.meta?.lastUpdated),
  author: ({ elements, row }: ReadPlan) =>
    authorsOf([elements.author, ...(elements.contributor ?? [])], row),
  zones: ({ parts }: ReadPlan) => zonesOf(parts),
  goal: ({ elements, parts }: ReadPlan) => goalsOf(elements.goal, parts),
  activity: ({ elements, parts, context }: ReadPlan) => {
    const activities = activitiesOf(elements.activity, parts)
    // Names of devices are free text, which policy may leave out of every row.
    const isLeftOut = context.leftOut?.includes('device') ?? false
    return isLeftOut ? activities.map((one) => ({ ...one, device: undefined })) : activities
  },
  addresses: ({ elements, parts }: ReadPlan) => addressesOf(elements.addresses, parts),
  replaces: ({ elements }: ReadPlan) => named(elements.replaces),
  partOf: ({ elements }: ReadPlan) => named(elements.partOf),
} as const

const PERSONS: readonly string[] = Object.values(identifierSystems)

/** Other plans, as far as a reference names them to people or by a business identifier. */
const named = (references: readonly Reference[] = []) =>
  references.flatMap(({ display, identifier }) => {
    const isPerson = PERSONS.includes(identifier?.system ?? '')
    const known = identifier?.value === undefined || isPerson ? undefined : identifier
    return display === undefined && !known ? [] : [{ display, identifier: known }]
  })
