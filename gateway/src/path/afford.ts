import { GatewayError } from '../errors.js'
import { rowsOf } from '../merge/cost.js'
import type { Fetch, Located } from './stage.js'
import type { Trail } from './trail.js'

/**
 * Refuses a question that would have too many rows found, sent and merged: rows that it asks for, times the organisations that
 * are asked for them. Known only once they are located, and decided before any of them is asked.
 * @param maxCost rows times organisations of one operation, all of its fetches together
 * @throws GatewayError `QUESTION_TOO_COSTLY`
 */
export function createAfford(maxCost: number): (fetch: Fetch, located: Located) => void {
  const spent = new WeakMap<Trail, number>()
  return (fetch, located) => {
    const { trail } = fetch.asked
    const cost = (spent.get(trail) ?? 0) + costOf(fetch, located)
    spent.set(trail, cost)
    if (cost <= maxCost) return
    const [found, most] = [cost, maxCost].map((figure) => figure.toLocaleString('en'))
    throw new GatewayError('QUESTION_TOO_COSTLY', {
      text: `The question asks for too many rows of too many organisations: at most ${most}, found ${found}.`,
    })
  }
}

function costOf({ fields, policy }: Fetch, { providers, fieldsOf, spared }: Located): number {
  const numbers = providers
    .map(({ number }) => number)
    .filter((number) => (policy.sources?.has(number) ?? true) && !policy.excluded.has(number))
  return fields.reduce((sum, field, index) => {
    const asked = numbers.filter(
      (number) =>
        (field.sources?.has(number) ?? true) &&
        (fieldsOf?.get(number)?.[index] ?? true) &&
        !spared?.get(number)?.[index],
    )
    return sum + rowsOf(field.merged, field.args) * asked.length
  }, 0)
}
