import type { FieldsToMerge, MergedValue } from './merge-fields.js'
import type { MergePlan, PartsEntry } from './merge-plan.js'
import { describePolicy } from './policy.js'
import { countSources, isWhole, type Report } from './reports.js'

type Merge = Omit<FieldsToMerge, 'fields'>

/** What is told of each field that is several in one, by its response key: whether all of its parts are complete, and who is missing. */
export function mergeWholes(
  { patient }: MergePlan,
  values: readonly MergedValue[],
  merge: Merge,
): ReadonlyMap<string, object> {
  const wholes = patient.filter((entry) => entry.is === 'PARTS')
  return new Map(wholes.map((whole) => [whole.key, mergeWhole(whole, values, merge)]))
}

function mergeWhole(
  { parts }: PartsEntry,
  values: readonly MergedValue[],
  { policy, gathered }: Merge,
): object {
  const merged = [...parts.values()].flatMap((index) => values[index] ?? [])
  const sources = sourcesOf(merged.flatMap((value) => value.values.sources))
  return {
    missing: merged.flatMap(gapsIn),
    complete: merged.length > 0 && merged.every((value) => value.values.complete),
    completeness: { ...countSources(sources, gathered), policy: describePolicy(policy) },
    sources,
  }
}

function gapsIn({ field: { ofWhole: part }, values: { sources } }: MergedValue): readonly object[] {
  return sources.filter((report) => !isWhole(report)).map((report) => ({ ...report, part }))
}

/** One for each organisation, by number: where it is missing in some part, the report of the first such part. */
function sourcesOf(reports: readonly Report[]): readonly Report[] {
  const numbers = [...new Set(reports.map(({ organization }) => organization.number))].sort()
  return numbers.map((number) =>
    oneOf(reports.filter(({ organization }) => organization.number === number)),
  )
}

function oneOf(own: readonly Report[]): Report {
  const chosen =
    own.find((report) => !isWhole(report)) ?? own.find(({ status }) => status === 'OK') ?? own[0]
  if (!chosen) throw new Error('an organisation without a report')
  return { ...chosen, returned: sum(own, 'returned'), dropped: sum(own, 'dropped') }
}

const sum = (reports: readonly Report[], of: 'returned' | 'dropped'): number =>
  reports.reduce((total, report) => total + report[of], 0)
