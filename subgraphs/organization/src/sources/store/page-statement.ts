import type { PageQuestion } from '../source.js'
import { type Matching, matchingRows, orderOf, rowsThatMatch, withColumns } from './matching.js'
import { type Bind, contentColumn, ROW_COLUMNS, type Statement, statement } from './statement.js'

/** Rows of the page and one more, which tells whether others follow. */
export function pageStatement(patient: number, question: PageQuestion): Statement {
  return statement((bind) => {
    const { status, superseding = [], last, limit, order, after } = question
    const meant: Matching = {
      ...{ patient, asked: question, order, after },
      status: [...status, ...superseding],
      ...(last !== undefined && { notBefore: 'ending' }),
      limit: limit + 1,
    }
    return `${last === undefined ? '' : endOf(patient, question, last, bind)}
      select ${ROW_COLUMNS}, ${contentColumn(question.elements)}
      from ${withColumns(matchingRows(meant, bind))} ${orderOf(order)}`
  })
}

/** Number of all rows by status, `last` included. */
export function countStatement(patient: number, question: PageQuestion): Statement {
  return statement((bind) => {
    const { status, last } = question
    const capped = last === undefined ? '' : `limit ${bind(last)}`
    const rows = rowsThatMatch({ patient, asked: question, status }, bind)
    return `select count(*)::int as count from (select 1 from ${rows} ${capped}) matching`
  })
}

/** The last of the newest `last` rows; where there are fewer, a place before the first of all instants. */
function endOf(patient: number, asked: PageQuestion, last: number, bind: Bind): string {
  const meant = {
    patient,
    asked,
    status: asked.status,
    order: 'NEWEST_FIRST',
    limit: last,
  } as const
  return `with ending as materialized (select t, identity, id from (
      (select t, identity, id from (${matchingRows(meant, bind)}) newest
        ${orderOf('NEWEST_FIRST')} offset ${bind(last - 1)} limit 1)
      union all select ${Number.MIN_SAFE_INTEGER}::bigint, '', ''
    ) ending order by t desc limit 1)`
}
