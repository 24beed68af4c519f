import type { FieldDifference } from '@kilde/organization/sources'
import { redactNumbers } from '@kilde/service'
import { table } from '../table.js'
import type { Comparison } from './comparison.js'

export interface AllComparisons {
  readonly organization: string
  readonly existing: string
  readonly patients: number
  readonly shadows: readonly Comparison[]
}

interface Form {
  readonly values: boolean
  readonly json: boolean | undefined
}

/** The comparison as text or JSON. Without `values` only names of fields; a person's number never, wherever it stands. */
export function tellComparison(all: AllComparisons, { values, json }: Form): string {
  const told = values ? all : withoutValues(all)
  return redactNumbers(
    json ? `${JSON.stringify(told, null, 2)}\n` : all.shadows.map(tell(all, values)).join('\n'),
  )
}

const withoutValues = (all: AllComparisons) => ({
  ...all,
  shadows: all.shadows.map((one) => ({
    ...one,
    differences: one.differences.map(({ answer, differing, ...rest }) => ({
      ...rest,
      answer: answer.map(({ field }) => field),
      differing: differing.map((row) => ({ ...row, fields: row.fields.map(({ field }) => field) })),
    })),
  })),
})

const tell =
  ({ existing, patients }: AllComparisons, values: boolean) =>
  (one: Comparison): string => {
    const rows = one.lists.map(({ list, ...sum }) => {
      const { compared, failed, same, missing, extra, differing } = sum
      return [list, ...[compared, failed, same, missing, extra, differing].map(String)]
    })
    const head = ['LIST', 'COMPARED', 'FAILED', 'SAME', 'MISSING', 'EXTRA', 'DIFFERING']
    return [
      `${one.shadow} beside ${existing}, ${patients} patients\n`,
      table(head, rows),
      ...one.failures.map(({ patient, list, code }) => `patient ${patient}, ${list}: ${code}\n`),
      ...one.differences.flatMap((difference) => linesOf(difference, values)),
    ].join('')
  }

function linesOf(
  { patient, list, answer, missing, extra, differing }: Comparison['differences'][number],
  values: boolean,
): readonly string[] {
  const at = `patient ${patient}, ${list}:`
  const fields = (all: readonly FieldDifference[]) =>
    all.map((one) => fieldText(one, values)).join(', ')
  return [
    ...(answer.length > 0 ? [`${at} the answer: ${fields(answer)}\n`] : []),
    ...missing.map((id) => `${at} ${id} is missing\n`),
    ...extra.map((id) => `${at} ${id} is extra\n`),
    ...differing.map((row) => `${at} ${row.existing} and ${row.shadow}: ${fields(row.fields)}\n`),
  ]
}

const fieldText = ({ field, existing, shadow }: FieldDifference, values: boolean): string =>
  values ? `${field} ${existing ?? 'nothing'} and ${shadow ?? 'nothing'}` : field
