import { toConcept, wordsOf } from '../../map/concept.js'
import { effectiveOf, endOf } from '../../map/effective.js'
import { convert, quantityText } from '../../map/quantity.js'
import { measureOf } from '../measures.js'
import type { PartOfType, Reference } from './elements.js'
import type { Parts } from './parts.js'

type Target = NonNullable<PartOfType<'Goal'>['target']>[number]

/** Goals of a plan, in its order. A goal that was entered in error is none. */
export function goalsOf(goal: readonly Reference[] | undefined, parts: Parts) {
  return (goal ?? []).flatMap((reference) => {
    const found = parts.find('Goal', reference)
    if (found?.lifecycleStatus === 'entered-in-error') return []
    if (found) return [fieldsOf(found)]
    const { display } = reference
    return display === undefined ? [] : [{ ...UNKNOWN, description: toConcept({ text: display }) }]
  })
}

const UNKNOWN = { status: undefined, achievement: undefined, start: undefined, target: [] }

function fieldsOf(goal: PartOfType<'Goal'>) {
  const { description, lifecycleStatus, achievementStatus, startDate, target = [] } = goal
  const status = lifecycleStatus?.toUpperCase().replaceAll('-', '_')
  return {
    description: toConcept(description),
    status: STATUSES.find((one) => one === status),
    achievement: achievementStatus && toConcept(achievementStatus),
    start: startDate === undefined ? undefined : startOf(startDate),
    target,
  }
}

const STATUSES = [
  'PROPOSED',
  'PLANNED',
  'ACCEPTED',
  'ACTIVE',
  'ON_HOLD',
  'COMPLETED',
  'CANCELLED',
  'ENTERED_IN_ERROR',
  'REJECTED',
] as const

const startOf = (date: string): string | undefined =>
  effectiveOf({ effectiveDateTime: date })?.start

interface UnitArgument {
  readonly unit: string
}

/** Fields of the contract's GoalTarget. Each runs only where it is selected. */
export const targetFields = {
  measure: ({ measure }: Target) => measure && toConcept(measure),
  codes: ({ measure }: Target) => measureOf(measure).codes,
  kind: ({ measure }: Target) => measureOf(measure).kind,
  detailText: (target: Target) => detailText(target),
  low: (target: Target, { unit }: UnitArgument) =>
    convert(boundsOf(target).low, unit, measureOf(target.measure).substance),
  high: (target: Target, { unit }: UnitArgument) =>
    convert(boundsOf(target).high, unit, measureOf(target.measure).substance),
  due: ({ dueDate }: Target) => (dueDate === undefined ? undefined : endOf(dueDate)),
} as const

/** One value is both ends; with a comparator it is one of them. */
function boundsOf({ detailQuantity: one, detailRange }: Target) {
  if (!one) return { low: detailRange?.low, high: detailRange?.high }
  const isUpper = one.comparator?.startsWith('<') ?? false
  const isLower = one.comparator?.startsWith('>') ?? false
  return { low: isUpper ? undefined : one, high: isLower ? undefined : one }
}

export function detailText(target: Target): string | undefined {
  const { detailQuantity, detailRange, detailCodeableConcept, detailString } = target
  if (detailQuantity) return quantityText(detailQuantity)
  if (detailRange) {
    const ends = [detailRange.low, detailRange.high].map((end) => end && quantityText(end))
    const [low, high] = ends
    if (low !== undefined && high !== undefined) return `${low} – ${high}`
    return low === undefined ? high && `≤ ${high}` : `≥ ${low}`
  }
  if (detailCodeableConcept) return wordsOf(detailCodeableConcept)
  const plain = detailString ?? target.detailInteger ?? target.detailBoolean
  return plain === undefined ? undefined : String(plain)
}
