import { type Compared, isSame } from '@kilde/organization/sources'
import { lists } from './ask-both.js'

/** Which patient, by their place among those that were given: never by number; and which of their lists. */
export interface Place {
  readonly patient: number
  readonly list: string
}

export interface ListSum {
  readonly list: string
  compared: number
  failed: number
  same: number
  missing: number
  extra: number
  differing: number
}

/** Everything that one shadow said otherwise. */
export interface Comparison {
  readonly shadow: string
  readonly lists: readonly ListSum[]
  readonly differences: readonly (Place & Omit<Compared, 'same'>)[]
  readonly failures: readonly (Place & { readonly code: string })[]
}

export function createComparison(shadow: string) {
  const empty = (list: string): ListSum => ({
    ...{ list, compared: 0, failed: 0, same: 0, missing: 0, extra: 0, differing: 0 },
  })
  const sums = new Map(lists.map((list) => [list, empty(list)]))
  const sumOf = (list: string): ListSum => sums.get(list) ?? empty(list)
  const differences: (Place & Omit<Compared, 'same'>)[] = []
  const failures: (Place & { readonly code: string })[] = []
  const comparison: Comparison = { shadow, lists: [...sums.values()], differences, failures }
  return {
    comparison,
    compared: (place: Place, result: Compared): void => {
      const { same, missing, extra, differing, answer } = result
      const sum = sumOf(place.list)
      sum.compared++
      sum.same += same
      sum.missing += missing.length
      sum.extra += extra.length
      sum.differing += differing.length
      if (!isSame(result)) differences.push({ ...place, answer, missing, extra, differing })
    },
    failed: (place: Place, code: string): void => {
      sumOf(place.list).failed++
      failures.push({ ...place, code })
    },
  }
}
