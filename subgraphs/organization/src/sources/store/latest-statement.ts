import type { LatestQuestion } from '../source.js'
import {
  conditions,
  contentColumns,
  NEWEST_FIRST,
  ROW_COLUMNS,
  type Statement,
  statement,
} from './statement.js'
import { codeKey } from './tables.js'

/** For each item its newest rows, and its newest by `status` wherever that stands: one row more than asked for at most. */
export function latestStatement(patient: number, question: LatestQuestion): Statement {
  const { items, status, superseding = [], limit, elements } = question
  return statement((bind) => {
    const keys = items.map((tokens) => tokens.map((token) => codeKey(patient, token)))
    const matching = `${conditions(patient, {}, bind)}
      and codes && array(select jsonb_array_elements_text(asked.codes))`
    const newest = (statuses: readonly string[], most: number): string =>
      `(select id from observation where ${matching} and status = any(${bind(statuses)})
        ${NEWEST_FIRST} limit ${bind(most)})`
    return `select item::int, ${ROW_COLUMNS}, ${contentColumns(elements, bind)}
      from jsonb_array_elements(${bind(JSON.stringify(keys))}::jsonb) with ordinality asked (codes, item)
      cross join lateral (
        ${newest([...status, ...superseding], limit)} union ${newest(status, 1)}
      ) chosen join observation using (id)
      order by item, t desc, identity desc, id desc`
  })
}
