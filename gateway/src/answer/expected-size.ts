import type { MergedValue } from '../merge/merge-fields.js'
import type { RowTable } from '../rows/row-table.js'
import type { SourceAnswer } from '../transport/source-answer.js'

/** A sixteenth more than rows of their usual size, for organisations' fields in them, and room for the reports. */
export function expectedBytes(
  values: readonly MergedValue[],
  answers: readonly SourceAnswer[],
): number {
  let sum = 0
  for (const value of values) {
    const tables = tablesOf(value, answers)
    const rows = tables.reduce((count, table) => count + table.count, 0)
    const bytes = tables.reduce((count, table) => count + table.rowBytes, 0)
    if (rows > 0) sum += shownRows(value) * (bytes / rows + PUNCTUATION)
  }
  return Math.ceil(sum * (17 / 16)) + 2_048 + values.length * 200 * answers.length
}

/** Between two rows, or around one in an edge. */
const PUNCTUATION = 16

function shownRows(value: MergedValue): number {
  if (value.is === 'PART') return 0
  return value.is === 'LIST' ? value.page.rows.length : value.items.length
}

/** The sources' rows that a list was merged from. */
export const tablesOf = (
  value: MergedValue,
  answers: readonly SourceAnswer[],
): readonly RowTable[] => answers.flatMap(({ pages }) => pages[value.field.index]?.rows ?? [])
