import { parseKeepingDigits } from '../../map/elements.js'
import { type ByName, indexByName } from '../by-name.js'
import { heldRowOf } from '../held-row.js'
import { namesIn } from '../references.js'
import type { Assembled, HeldClassRow, HeldResource } from '../resource-class.js'
import { planCodes, planContent } from './content.js'
import {
  type PartElements,
  type PartOfType,
  type PlanElements,
  readPart,
  readPlanElements,
} from './elements.js'
import { kindOfPlan } from './kind.js'
import { readParts } from './parts.js'
import { holdsFrom } from './times.js'
import { isZone } from './zones.js'

/** Puts together what came as several resources, in whatever order and Bundles. What belongs to no plan is not shown. */
export function assemblePlans(resources: readonly HeldResource[]): Assembled {
  const read = resources.map(tryRead)
  const all = indexed(read.filter((one) => one !== undefined))
  const plans = all.whole.flatMap((plan) => tryAssemble(plan, all) ?? [])
  const unread = read.filter((one) => one === undefined).length
  return { rows: plans, dropped: unread + all.whole.length - plans.length }
}

interface Read {
  readonly resource: HeldResource
  readonly elements: PartElements
}

/** The resources of a patient, each found by its names. */
interface Resources {
  readonly whole: readonly Read[]
  readonly byName: ByName<Read>
  /** Zones of the plan that has these names. */
  readonly zonesOf: ByName<Read>
}

function indexed(all: readonly Read[]): Resources {
  const find = indexByName(all, ({ resource }) => resource.names)
  const zones = new Set(all.filter((one) => isZonePart(one, find)))
  return {
    whole: all.filter((one) => one.elements.resourceType === 'CarePlan' && !zones.has(one)),
    byName: find,
    zonesOf: indexByName([...zones], ({ elements }) =>
      elements.resourceType === 'CarePlan' ? (elements.partOf ?? []).flatMap(namesIn) : [],
    ),
  }
}

function tryRead(resource: HeldResource): Read | undefined {
  try {
    const elements = readPart(parseKeepingDigits(resource.resource))
    return elements && { resource, elements }
  } catch {
    return undefined
  }
}

/** A part of a plan for one zone: shown in the plan that it is part of, and not by itself. */
function isZonePart({ elements }: Read, find: Resources['byName']): boolean {
  if (elements.resourceType !== 'CarePlan' || !elements.partOf?.length) return false
  return isZone(elements, (reference) => {
    const meant = find(namesIn(reference))
    return meant
      .map((one) => one.elements)
      .find((one): one is PartOfType<'Condition'> => one.resourceType === 'Condition')
  })
}

function tryAssemble(plan: Read, all: Resources): HeldClassRow | undefined {
  try {
    return assemble(plan, all)
  } catch {
    return undefined
  }
}

function assemble({ resource }: Read, all: Resources): HeldClassRow {
  const elements = readPlanElements(resource.resource)
  const related = relatedTo(elements, resource.names, all).map((one) => one.resource)
  const parts = readParts(related, elements.contained ?? [])
  const kind = kindOfPlan(elements, parts.zones.length > 0)
  return heldRowOf(resource, related, {
    when: holdsFrom(elements),
    status: elements.status,
    content: planContent(elements, parts),
    facets: { kind: [kind] },
    codes: planCodes(elements, parts),
    isRival: kind === 'SELF_TREATMENT',
  })
}

/** Zones that are part of the plan, and all that it or they refer to; not other plans. */
function relatedTo(plan: PlanElements, names: readonly string[], all: Resources): readonly Read[] {
  const zones = all.zonesOf(names)
  const asked = [plan, ...zones.map(({ elements }) => elements)].flatMap(referencesIn)
  const named = all.byName(asked).filter(isNoPlan)
  const further = all.byName(named.flatMap(({ elements }) => referencesIn(elements)))
  return [...new Set([...zones, ...named, ...further.filter(isNoPlan)])]
}

const isNoPlan = ({ elements }: Read): boolean => elements.resourceType !== 'CarePlan'

function referencesIn(elements: PartElements | PlanElements): readonly string[] {
  if (elements.resourceType === 'ServiceRequest') {
    return (elements.performer ?? []).flatMap(namesIn)
  }
  if (elements.resourceType !== undefined && elements.resourceType !== 'CarePlan') return []
  const { goal = [], addresses = [], activity = [] } = elements
  const performers = activity.flatMap(({ detail }) => detail?.performer ?? [])
  const requests = activity.flatMap(({ reference }) => reference ?? [])
  return [...goal, ...addresses, ...requests, ...performers].flatMap(namesIn)
}
