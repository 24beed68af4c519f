import type { LatestQuestion } from '../source.js'
import { orderOf, rowsOfCodes, withColumns } from './matching.js'
import { contentColumn, ROW_COLUMNS, type Statement, statement } from './statement.js'

/**
 * For each item its newest rows, and its newest by `status` wherever that stands: one row more than asked for at most.
 */
export function latestStatement(patient: number, question: LatestQuestion): Statement {
  const { items, status, superseding = [], limit, elements, closed = [] } = question
  return statement((bind) => {
    const asked = bind(JSON.stringify(items))
    const tokens = 'any(array(select jsonb_array_elements_text(asked.tokens)))'
    const newest = (of: readonly string[], most: number): string => {
      const meant = { patient, asked: { closed }, status: of, limit: most } as const
      const rows = rowsOfCodes({ ...meant, order: 'NEWEST_FIRST' }, tokens, bind)
      return `(select number from (${rows}) rows ${orderOf('NEWEST_FIRST')} limit ${bind(most)})`
    }
    const chosen = `${newest([...status, ...superseding], limit)} union ${newest(status, 1)}`
    return `select item::int, ${ROW_COLUMNS}, ${contentColumn(elements)}
      from jsonb_array_elements(${asked}::jsonb) with ordinality asked (tokens, item)
      cross join lateral ${withColumns(chosen)}
      order by item, t desc, identity desc, id desc`
  })
}
