import { identityDigest } from '@kilde/contract'
import { planCodes, planContent } from '../../map/plan/content.js'
import {
  type PartElements,
  type PartOfType,
  type PlanElements,
  parseKeepingDigits,
  readPart,
  readPlanElements,
} from '../../map/plan/elements.js'
import { kindOfPlan } from '../../map/plan/kind.js'
import { namesIn, readParts } from '../../map/plan/references.js'
import { holdsFrom } from '../../map/plan/times.js'
import { isZone } from '../../map/plan/zones.js'
import type { PlanPart, PlanRow } from '../source.js'

/** One FHIR resource of a patient's plans as a source holds it: a plan, or what plans refer to. */
export interface PlanResource extends PlanPart {
  /** `<organisation number>.<local id>` */
  readonly id: string
  /** `system|value` of the first business identifier. */
  readonly identifier?: string | undefined
  readonly version: number
  readonly owner: string
  readonly pointOfCare?: string | undefined
  readonly authorKind: PlanRow['authorKind']
  readonly receivedMs: number
  readonly labels: readonly string[]
  readonly openFromMs?: number | undefined
}

/** A plan with all that decides on whether and where it is shown. */
export interface HeldPlan extends PlanRow {
  readonly codes: readonly string[]
  readonly labels: readonly string[]
  readonly openFromMs: number | undefined
}

export interface AssembledPlans {
  readonly plans: readonly HeldPlan[]
  /** Plans that could not be read. */
  readonly dropped: number
}

/** Puts together what came as several resources, in whatever order and Bundles. What belongs to no plan is not shown. */
export function assemblePlans(resources: readonly PlanResource[]): AssembledPlans {
  const read = resources.map(tryRead)
  const all = indexed(read.filter((one) => one !== undefined))
  const plans = all.whole.flatMap((plan) => tryAssemble(plan, all) ?? [])
  const unread = read.filter((one) => one === undefined).length
  return { plans, dropped: unread + all.whole.length - plans.length }
}

interface Read {
  readonly resource: PlanResource
  readonly elements: PartElements
}

/** The resources of a patient, each found by its names: a patient with thousands of them must not cost their square. */
interface Resources {
  readonly whole: readonly Read[]
  byName(names: readonly string[]): readonly Read[]
  /** Zones of the plan that has these names. */
  zonesOf(names: readonly string[]): readonly Read[]
}

function indexed(all: readonly Read[]): Resources {
  const byName = listed(all, ({ resource }) => resource.names)
  const find = (names: readonly string[]) => found(byName, names)
  const zones = new Set(all.filter((one) => isZonePart(one, find)))
  const byPlan = listed([...zones], ({ elements }) =>
    elements.resourceType === 'CarePlan' ? (elements.partOf ?? []).flatMap(namesIn) : [],
  )
  return {
    whole: all.filter((one) => one.elements.resourceType === 'CarePlan' && !zones.has(one)),
    byName: find,
    zonesOf: (names) => found(byPlan, names),
  }
}

type Index = ReadonlyMap<string, readonly Read[]>

function listed(all: readonly Read[], namesOf: (one: Read) => readonly string[]): Index {
  const index = new Map<string, Read[]>()
  for (const one of all) {
    for (const name of namesOf(one)) {
      const same = index.get(name)
      if (same) same.push(one)
      else index.set(name, [one])
    }
  }
  return index
}

/** Each once, in the order of the names. */
const found = (index: Index, names: readonly string[]): readonly Read[] => [
  ...new Set(names.flatMap((name) => index.get(name) ?? [])),
]

function tryRead(resource: PlanResource): Read | undefined {
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

function tryAssemble(plan: Read, all: Resources): HeldPlan | undefined {
  try {
    return assemble(plan, all)
  } catch {
    return undefined
  }
}

function assemble({ resource }: Read, all: Resources): HeldPlan {
  const elements = readPlanElements(resource.resource)
  const used = relatedTo(elements, resource.names, all).map((one) => one.resource)
  const related = used.map(({ names, resource: text }) => ({ names, resource: text }))
  const parts = readParts(related, elements.contained ?? [])
  const holds = holdsFrom(elements)
  const { id, identifier, pointOfCare, owner, version, authorKind, receivedMs } = resource
  return {
    ...{ id, owner, version, authorKind, receivedMs, resource: resource.resource },
    identity: identityDigest(identifier ?? id),
    t: holds?.startMs ?? resource.receivedMs,
    precision: holds?.precision ?? 'RECEIVED',
    status: elements.status ?? 'unknown',
    content: planContent(elements, parts),
    kind: kindOfPlan(elements, parts.zones.length > 0),
    codes: planCodes(elements, parts),
    ...labelsOf([resource, ...used]),
    related,
    ...(pointOfCare !== undefined && { pointOfCare }),
  }
}

/** What is closed in a part of a plan closes the plan: without the part it would pass for whole. */
function labelsOf(resources: readonly PlanResource[]): Pick<HeldPlan, 'labels' | 'openFromMs'> {
  const delayed = resources.filter(({ labels }) => labels.includes('NORU'))
  const dates = delayed.map(({ openFromMs }) => openFromMs ?? Number.POSITIVE_INFINITY)
  const openFromMs = Math.max(...dates)
  return {
    labels: [...new Set(resources.flatMap(({ labels }) => labels))],
    openFromMs: Number.isFinite(openFromMs) ? openFromMs : undefined,
  }
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
