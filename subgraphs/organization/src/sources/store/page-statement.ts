import type { PageQuestion } from '../source.js'
import {
  type Bind,
  conditions,
  contentColumns,
  NEWEST_FIRST,
  ROW_COLUMNS,
  type Statement,
  statement,
} from './statement.js'

/** Rows of the page and one more, which tells whether others follow. */
export function pageStatement(patient: number, question: PageQuestion): Statement {
  return statement((bind) => {
    const newest = question.order === 'NEWEST_FIRST'
    const direction = newest ? 'desc' : 'asc'
    const matching = conditions(patient, question, bind)
    const { status, superseding = [], last, limit } = question
    const columns = `${ROW_COLUMNS}, ${contentColumns(question.elements, bind)}`
    return `select ${columns} from observation
      where ${matching} and status = any(${bind([...status, ...superseding])})
        ${last === undefined ? '' : endOf(last, `${matching} and status = any(${bind(status)})`, bind)}
        ${startOf(question, newest ? '<' : '>', bind)}
      order by t ${direction}, identity ${direction}, id ${direction} limit ${bind(limit + 1)}`
  })
}

/** Number of all rows by status, `last` included. */
export function countStatement(patient: number, question: PageQuestion): Statement {
  return statement((bind) => {
    const matching = `${conditions(patient, question, bind)} and status = any(${bind(question.status)})`
    const capped = question.last === undefined ? '' : `limit ${bind(question.last)}`
    return `select count(*)::int as count from (select 1 from observation where ${matching} ${capped}) matching`
  })
}

/** No row behind the last of the newest `last` ones; where there are fewer, none is behind the first of all instants. */
function endOf(last: number, matching: string, bind: Bind): string {
  return `and (t, identity, id) >= (select t, identity, id from (
      (select t, identity, id from observation where ${matching}
        ${NEWEST_FIRST} offset ${bind(last - 1)} limit 1)
      union all select ${Number.MIN_SAFE_INTEGER}::bigint, '', ''
    ) ending order by t desc limit 1)`
}

/** A row comparison, so that the index is entered at the very row that follows. */
function startOf({ after }: PageQuestion, comparison: '<' | '>', bind: Bind): string {
  if (!after) return ''
  return `and (t, identity, id) ${comparison} (${bind(after.t)}, ${bind(after.i)}, ${bind(after.d)})`
}
