import type { CarePlan, Goal, Reference } from 'fhir/r4.js'
import { fault, type Issue, warning } from '../../ingest/outcome.js'
import { endOf } from '../../map/effective.js'
import type { PlanNeighbours, PlanResource } from './intake.js'
import { vkpCategories } from './kind.js'
import { holdsFrom } from './times.js'
import { ZONE_SYSTEM, zoneLevel } from './zones.js'

/** What FHIR R4 demands of a plan's resources and its JSON schema cannot say, and what is odd about them. */
export function checkPlanResource(
  resource: PlanResource,
  plans: PlanNeighbours,
  at: string,
): readonly Issue[] {
  switch (resource.resourceType) {
    case 'CarePlan':
      return checkPlan(resource, plans, at)
    case 'Goal':
      return checkGoal(resource, at)
    case 'Condition': {
      const coding = resource.severity?.coding?.some(({ system }) => system === ZONE_SYSTEM)
      const isUnknown = coding && zoneLevel(resource.severity) === undefined
      return isUnknown
        ? [warning(`${at}.severity`, 'is none of the zones green, yellow and red')]
        : []
    }
    case 'ServiceRequest':
      return [
        ...required(resource.status, `${at}.status`),
        ...required(resource.intent, `${at}.intent`),
      ]
    case 'Device':
      return []
  }
}

/** The schema cannot require a primitive: its extension may stand alone. */
const required = (value: unknown, at: string): readonly Issue[] =>
  value === undefined ? [fault(at, 'is required', 'required')] : []

function checkPlan(plan: CarePlan, plans: PlanNeighbours, at: string): readonly Issue[] {
  const unknown = vkpCategories(plan).filter((code) => !/^[0-3]$/.test(code))
  return [
    ...required(plan.status, `${at}.status`),
    ...required(plan.intent, `${at}.intent`),
    ...checkPeriod(plan, at),
    ...checkActivities(plan, at),
    ...(unknown.length > 0
      ? [warning(`${at}.category`, 'is none of VKP’s categories 0 to 3: shown as another kind')]
      : []),
    ...checkReferences(plan, plans, at),
  ]
}

function checkPeriod({ period, created, meta }: CarePlan, at: string): readonly Issue[] {
  const start = holdsFrom({ period, created, meta })
  const end = period?.end === undefined ? undefined : endOf(period.end)
  if (period?.start !== undefined && !holdsFrom({ period: { start: period.start } })) {
    return [fault(`${at}.period.start`, 'no time can be read', 'value')]
  }
  if (period?.end !== undefined && end === undefined) {
    return [fault(`${at}.period.end`, 'no time can be read', 'value')]
  }
  const isBackwards =
    period?.start !== undefined && end !== undefined && start && Date.parse(end) < start.startMs
  if (isBackwards) return [fault(`${at}.period.end`, 'is before the start', 'invariant')]
  if (start) return []
  return [
    warning(at, 'has no period, created or meta.lastUpdated: ordered by when it was received'),
  ]
}

function checkActivities({ activity = [] }: CarePlan, at: string): readonly Issue[] {
  return activity.flatMap(({ reference, detail }, index) => {
    const place = `${at}.activity[${index}]`
    if (reference && detail) {
      return [fault(place, 'has both a reference and a detail (cpl-3)', 'invariant')]
    }
    if (!detail) return []
    const { status, description, code } = detail
    const isEmpty = description === undefined && code === undefined
    return [
      ...required(status, `${place}.detail.status`),
      ...(isEmpty ? [warning(`${place}.detail`, 'says neither code nor description')] : []),
    ]
  })
}

/** What stands in another Bundle may come later; what never comes is missing from the plan as it is shown. */
function checkReferences(plan: CarePlan, plans: PlanNeighbours, at: string): readonly Issue[] {
  const { goal = [], addresses = [], activity = [], partOf = [] } = plan
  const absent = (references: readonly (Reference | undefined)[], name: string): readonly Issue[] =>
    references.flatMap((one, index) =>
      one?.reference === undefined || plans.has(one, plan.contained)
        ? []
        : [notHere(`${at}.${name}[${index}]`)],
    )
  return [
    ...absent(partOf, 'partOf'),
    ...absent(goal, 'goal'),
    ...absent(addresses, 'addresses'),
    ...absent(
      activity.map(({ reference }) => reference),
      'activity',
    ),
  ]
}

const notHere = (expression: string): Issue => ({
  severity: 'information',
  code: 'incomplete',
  text: 'is not in this Bundle: shown together with what it means once that is held here',
  expression,
})

function checkGoal({ lifecycleStatus, target = [] }: Goal, at: string): readonly Issue[] {
  return [
    ...required(lifecycleStatus, `${at}.lifecycleStatus`),
    ...target.flatMap(({ measure, ...detail }, index) => {
      const hasDetail = Object.keys(detail).some((name) => name.startsWith('detail'))
      if (!hasDetail || measure) return []
      return [
        fault(`${at}.target[${index}].measure`, 'is required with a detail (gol-1)', 'invariant'),
      ]
    }),
  ]
}
