import type { PatientIdentifier } from '@kilde/contract'
import type { CarePlan, Condition, Device, Goal, Reference, ServiceRequest } from 'fhir/r4.js'
import { type SentEntry, typeOf } from '../../ingest/entry.js'
import { fault, type Issue } from '../../ingest/outcome.js'
import { type Holder, subjectOf } from '../../ingest/references.js'
import { namesIn } from '../references.js'
import type { Claim, ClassIntake, OpenBundle } from '../resource-class.js'
import { claimOf, namesOfEntry } from '../take.js'
import { checkPlanResource } from './rules.js'
import { zoneLevel } from './zones.js'

/** What plans are made of. A Device is kept only with a plan that names it. */
export type PlanResource = CarePlan | Condition | Device | Goal | ServiceRequest

export const planIntake: ClassIntake = {
  types: ['CarePlan', 'Condition', 'Device', 'Goal', 'ServiceRequest'],
  open(bundle) {
    const plans = planNeighbours(bundle)
    return (entry, at) => claim(entry.resource as PlanResource, entry, { bundle, plans, at })
  },
}

interface Claiming {
  readonly bundle: OpenBundle
  readonly plans: PlanNeighbours
  readonly at: string
}

function claim(resource: PlanResource, entry: SentEntry, { bundle, plans, at }: Claiming): Claim {
  const apart = whyNoPart(entry, resource, plans, at)
  if (apart) return { takes: false, why: apart }
  const issues = checkPlanResource(resource, plans, at)
  const authors = authorsOf(resource)
  if (resource.resourceType !== 'Device') {
    return claimOf({ issues, authors, subject: subjectOf(resource, bundle.neighbours, at) })
  }
  // A device has no patient of its own here: it is kept with the plan that names it.
  const patient = plans.patientOfDevice(entry)
  return patient ? claimOf({ issues, authors, subject: patient }) : { takes: false }
}

/** What the plans of a Bundle, and their requests, refer to. */
export interface PlanNeighbours {
  /** Whether a plan or request of the Bundle refers to this entry. */
  isMeant(entry: SentEntry): boolean
  /** Whether what is meant is in the Bundle, or in the resource itself. */
  has(reference: Reference, contained?: Holder['contained']): boolean
  /** The patient of the plan that names this device. */
  patientOfDevice(entry: SentEntry): PatientIdentifier | undefined
}

function planNeighbours({ entries, neighbours }: OpenBundle): PlanNeighbours {
  const holders = entries.flatMap(({ resource }) => (isHolder(resource) ? [resource] : []))
  const byName = new Map(
    holders.flatMap((holder) =>
      referencesIn(holder).flatMap((one) => namesIn(one).map((name) => [name, holder] as const)),
    ),
  )
  const holderOf = (entry: SentEntry) =>
    namesOfEntry(entry).flatMap((name) => byName.get(name) ?? [])[0]
  return {
    isMeant: (entry) => holderOf(entry) !== undefined,
    has: ({ reference = '' }, contained) => neighbours.find(reference, contained) !== undefined,
    patientOfDevice(entry) {
      const holder = holderOf(entry)
      const patient = holder && subjectOf(holder, neighbours, entry.place)
      return patient && !('severity' in patient) ? patient : undefined
    },
  }
}

/**
 * Why a resource is not taken though it is of a type that plans are made of: health data that belong to no plan are not this
 * store's affair. Zones and goals are always of a plan, which may come later.
 */
function whyNoPart(
  entry: SentEntry,
  resource: PlanResource,
  plans: PlanNeighbours,
  at: string,
): Issue | undefined {
  const { resourceType: type } = resource
  if (type === 'Device') return undefined
  if (type === 'CarePlan' || type === 'Goal' || plans.isMeant(entry)) return undefined
  if (type === 'Condition' && zoneLevel(resource.severity) !== undefined) return undefined
  const isOfPlan = type === 'ServiceRequest' && resource.basedOn?.some(isPlanReference)
  if (isOfPlan) return undefined
  const text =
    type === 'Condition'
      ? 'is taken only where a CarePlan of the same Bundle addresses it, or its severity is a zone'
      : 'is taken only where a CarePlan of the same Bundle refers to it, or it is based on one'
  return fault(at, text, 'not-supported')
}

const isPlanReference = ({ reference = '', type }: Reference): boolean =>
  type === 'CarePlan' || /(^|\/)CarePlan\/[^/]+$/.test(reference)

type HolderResource = CarePlan | ServiceRequest

const isHolder = (resource: unknown): resource is HolderResource => {
  const type = typeOf(resource)
  return type === 'CarePlan' || type === 'ServiceRequest'
}

/** Not checked yet: only what has the form of a list is looked at. */
function referencesIn(holder: HolderResource): readonly Reference[] {
  const listed = (value: unknown): readonly Reference[] =>
    Array.isArray(value)
      ? (value as Reference[]).filter((one) => typeof one === 'object' && one)
      : []
  if (holder.resourceType === 'ServiceRequest') return listed(holder.performer)
  const activities = listed(holder.activity) as NonNullable<CarePlan['activity']>
  return [
    ...listed(holder.goal),
    ...listed(holder.addresses),
    ...activities.flatMap(({ reference }) => listed(reference ? [reference] : [])),
    ...activities.flatMap(({ detail }) => listed(detail?.performer)),
  ]
}

/** Who answers for it, the author first. */
function authorsOf(resource: PlanResource): readonly Reference[] {
  switch (resource.resourceType) {
    case 'CarePlan':
      return [...(resource.author ? [resource.author] : []), ...(resource.contributor ?? [])]
    case 'Condition':
      return [resource.asserter, resource.recorder].filter((one) => one !== undefined)
    case 'Goal':
      return resource.expressedBy ? [resource.expressedBy] : []
    case 'ServiceRequest':
      return resource.requester ? [resource.requester] : []
    case 'Device':
      return []
  }
}
