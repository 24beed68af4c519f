import { wordsOf } from '../../map/concept.js'
import { contentOf } from '../content.js'
import { measureOf, tokensOf } from '../measures.js'
import { activityOf } from './activities.js'
import type { PlanElements } from './elements.js'
import { detailText } from './goals.js'
import type { Parts } from './parts.js'
import { addressesOf, zonesOf } from './zones.js'

/**
 * Digest of what a plan says, zones and goals included, whatever resources it came in (32 hex digits). Copies of one version
 * with different digests are in conflict.
 */
export function planContent(plan: PlanElements, parts: Parts): string {
  const { status, intent, title, description, period, category = [] } = plan
  return contentOf({
    ...{ status, intent, title, description, period },
    category: category.map((one) => tokensOf([one])),
    zones: zonesOf(parts),
    goal: goalsIn(plan, parts).map(({ lifecycleStatus, description: words, target = [] }) => ({
      lifecycleStatus,
      words: wordsOf(words),
      target: target.map((one) => [one.dueDate, detailText(one), measureOf(one.measure).kind]),
    })),
    // Who performs it is told by references, which differ from source to source.
    activity: (plan.activity ?? []).map((one) => {
      const { performer: _performer, ...said } = activityOf(one, parts) ?? { performer: [] }
      return said
    }),
    addresses: addressesOf(plan.addresses, parts),
  })
}

/** Codes of a plan: measures that it asks for or aims at, and conditions that it is about. */
export function planCodes(plan: PlanElements, parts: Parts): readonly string[] {
  return tokensOf([
    ...(plan.activity ?? []).map((one) => activityOf(one, parts)?.code),
    ...goalsIn(plan, parts).flatMap(({ target = [] }) => target.map(({ measure }) => measure)),
    ...(plan.addresses ?? []).map((one) => parts.find('Condition', one)?.code),
  ])
}

const goalsIn = ({ goal = [] }: PlanElements, parts: Parts) =>
  goal.flatMap((reference) => parts.find('Goal', reference) ?? [])
