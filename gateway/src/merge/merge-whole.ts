import type { FieldsToMerge, MergedValue } from './merge-fields.js'
import type { MergePlan, PartsEntry } from './merge-plan.js'
import { describePolicy } from './policy.js'
import { countSources, isWhole, type Report } from './reports.js'

type Merge = Omit<FieldsToMerge, 'fields'>

type Told = Pick<MergedValue['values'], 'complete' | 'sources'>

/** Fields of the object by the contract's names, and what is told of each of its joins, by response key. */
export interface MergedWhole extends Told {
  readonly missing: readonly object[]
  readonly joins: ReadonlyMap<string, object>
}

/** What is told of each field that is several in one, by its response key: whether all of its parts are complete, and who is missing. */
export function mergeWholes(
  { patient }: MergePlan,
  values: readonly MergedValue[],
  merge: Merge,
): ReadonlyMap<string, MergedWhole> {
  const wholes = patient.filter((entry) => entry.is === 'PARTS')
  return new Map(wholes.map((whole) => [whole.key, mergeWhole(whole, values, merge)]))
}

function mergeWhole(
  { parts, joins }: PartsEntry,
  values: readonly MergedValue[],
  merge: Merge,
): MergedWhole {
  const at = (places: ReadonlyMap<string, number>): readonly MergedValue[] =>
    [...places.values()].flatMap((index) => values[index] ?? [])
  const own = at(parts).map(({ field, values: told }) => ({ ...told, part: field.ofWhole }))
  const joined = [...joins].map(([key, { name, madeOf }]) => {
    const told = at(madeOf).map((value) => value.values)
    return { key, ...together(told, merge), part: name }
  })
  const all = [...own, ...joined]
  return {
    ...together(all, merge),
    missing: all.flatMap(gapsIn),
    joins: new Map(joined.map(({ key, ...told }) => [key, told])),
  }
}

function together(
  parts: readonly Told[],
  { policy, gathered }: Merge,
): Told & Readonly<Record<string, unknown>> {
  const sources = sourcesOf(parts.flatMap((part) => part.sources))
  return {
    complete: parts.length > 0 && parts.every(({ complete }) => complete),
    completeness: { ...countSources(sources, gathered), policy: describePolicy(policy) },
    sources,
  }
}

function gapsIn({ part, sources }: Told & { readonly part: string | undefined }) {
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
