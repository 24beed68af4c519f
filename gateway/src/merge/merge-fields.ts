import type { Variables } from '@kilde/contract'
import type { Located } from '../path/stage.js'
import { answersTo, type SourceAnswer } from '../transport/source-answer.js'
import { type MergedList, mergeList } from './merge-list.js'
import type { LatestField, MergedField, PartField, UnionField } from './merge-plan.js'
import { mergeRows, type ShownRow } from './merge-rows.js'
import { type CompletionPolicy, describePolicy } from './policy.js'
import {
  countSources,
  isComplete,
  isWholeFor,
  type Report,
  reportSources,
  totalOf,
} from './reports.js'
import { isUnclaimedBy } from './rivals.js'
import { type AskedField, type AskedList, defaultStatuses } from './source-request.js'

/** What a merged field of any kind says of its completeness, by the contract's names. */
interface Completed {
  readonly complete: boolean
  readonly completeness: Readonly<Record<string, unknown>>
  readonly sources: readonly Report[]
}

/** One merged field, ready to be written. `values` are the fields of its type that are no rows, by name. */
export type MergedValue =
  | {
      readonly is: 'LIST'
      readonly field: UnionField
      readonly list: AskedList
      readonly page: MergedList
      readonly values: Readonly<Record<string, unknown>> & Completed
    }
  | {
      readonly is: 'LATEST'
      readonly field: LatestField
      readonly items: readonly LatestItem[]
      readonly values: Completed
    }
  | {
      readonly is: 'PART'
      readonly field: PartField
      readonly values: Readonly<Record<string, unknown>> & Completed
    }

/** The newest row for one code. */
export interface LatestItem {
  readonly row: ShownRow | undefined
  readonly values: Readonly<Record<string, unknown>>
}

/** What is merged: the fields as they were asked, and what the sources answered. */
export interface FieldsToMerge {
  readonly fields: readonly AskedField[]
  readonly policy: CompletionPolicy
  readonly gathered: Located & { readonly answers: readonly SourceAnswer[] }
}

export function mergeFields(merge: FieldsToMerge): readonly MergedValue[] {
  return merge.fields.map((asked) => {
    const answers = answersTo(merge.gathered.answers, asked.merged.index)
    const gathered = { ...merge.gathered, answers }
    return mergeField({ ...merge, gathered }, asked, asked.merged)
  })
}

function mergeField(merge: FieldsToMerge, asked: AskedField, field: MergedField): MergedValue {
  if ('part' in field) return mergePart(merge, asked.args, field)
  return field.strategy === 'UNION'
    ? mergeUnion(merge, asked.list, field)
    : mergeLatest(merge, asked.args, field)
}

function mergeUnion(
  merge: FieldsToMerge,
  list: AskedList | undefined,
  field: UnionField,
): MergedValue {
  if (!list) throw new Error('A list was not asked')
  const { answers } = merge.gathered
  const page = mergeList(answers, field, list)
  const reports = reportSources(answers, field.index, countShown(page.rows), list.state?.failed)
  const completed = complete(merge, reports)
  const totalCount = totalOf(answers, field.index, completed.complete, list.args.last, page)
  const conflicts = field.rivalMarks.map((name) => [name, page.inForce.size > 1] as const)
  const unclaimed = field.unclaimedMarks.map(
    (name) => [name, isUnclaimedBy(answers, field.index)] as const,
  )
  const values = { ...completed, totalCount, ...Object.fromEntries([...conflicts, ...unclaimed]) }
  return { is: 'LIST', field, list, page, values }
}

function complete({ gathered, policy }: FieldsToMerge, reports: readonly Report[]): Completed {
  return {
    complete: isComplete(reports, gathered),
    completeness: { ...countSources(reports, gathered), policy: describePolicy(policy) },
    sources: reports,
  }
}

function countShown(rows: readonly ShownRow[]): ReadonlyMap<string, number> {
  const shown = new Map<string, number>()
  const count = (organization: string): void => {
    shown.set(organization, (shown.get(organization) ?? 0) + 1)
  }
  for (const row of rows) {
    if (row.copies) for (const { stream } of row.copies) count(stream.organization)
    else count(row.stream.organization)
  }
  return shown
}

function mergeLatest(merge: FieldsToMerge, args: Variables, field: LatestField): MergedValue {
  const { answers } = merge.gathered
  const codes = args['codes'] as readonly string[]
  const rows = codes.map((_code, index) => newestOf(answers, field, index))
  const shown = countShown(rows.flatMap((row) => row ?? []))
  const reports = reportSources(answers, field.index, shown, undefined)
  const completed = complete(merge, reports)
  const items = codes.map((code, index) => {
    const isWhole = isWholeFor(answers, field.index, index, merge.gathered)
    return { row: rows[index], values: { code, complete: isWhole, newerMayExist: !isWhole } }
  })
  return { is: 'LATEST', field, items, values: completed }
}

/** Each source's newest rows hold the newest of all: a copy of it is the newest row of its own source too. */
function newestOf(
  answers: readonly SourceAnswer[],
  { index, marks }: LatestField,
  code: number,
): ShownRow | undefined {
  const streams = answers.flatMap(({ organization, pages }) => {
    const table = pages[index]?.rows[code]
    return table ? [{ organization, table }] : []
  })
  const { rows } = mergeRows({
    streams,
    newestFirst: true,
    first: 1,
    skip: 0,
    isFinal: true,
    shown: defaultStatuses,
    isBeyond: () => false,
    marks,
  })
  return rows[0]
}

function mergePart(merge: FieldsToMerge, args: Variables, field: PartField): MergedValue {
  const { answers } = merge.gathered
  const parts = answers.flatMap(({ organization, pages }) => {
    const part = pages[field.index]?.part
    return part === undefined ? [] : [{ organization, part }]
  })
  const returned = new Map(
    parts.map(({ organization, part }) => [organization, field.part.count(part)]),
  )
  const reports = reportSources(answers, field.index, returned, undefined)
  const values = { ...field.part.merge(parts, args), ...complete(merge, reports) }
  return { is: 'PART', field, values }
}
