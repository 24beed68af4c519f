import type { LatestQuestion } from '../source.js'
import {
  closes,
  contentColumns,
  NEWEST_FIRST,
  ROW_COLUMNS,
  type Statement,
  statement,
} from './statement.js'
import { codeKey } from './tables.js'

/**
 * For each item its newest rows, and its newest by `status` wherever that stands: one row more than asked for at most. Rows are
 * found by their codes, which hold the patient, and only then put in order: going by time instead would read all of a
 * patient's rows for each code that there are few of.
 */
export function latestStatement(patient: number, question: LatestQuestion): Statement {
  const { items, status, superseding = [], limit, elements } = question
  return statement((bind) => {
    const shut = (question.closed ?? []).map((one) => `and not ${closes(patient, one, bind)}`)
    const keys = items.map((tokens) => tokens.map((token) => codeKey(patient, token)))
    const [own, shown] = [bind(patient), bind(status)]
    const newest = (more: string, most: string): string =>
      `(select id from found where patient = ${own} ${more} ${NEWEST_FIRST} limit ${most})`
    return `select item::int, ${ROW_COLUMNS}, ${contentColumns(elements, bind)}
      from jsonb_array_elements(${bind(JSON.stringify(keys))}::jsonb) with ordinality asked (keys, item)
      cross join lateral (
        with found as materialized (select id, patient, t, identity, status from observation
          where codes && array(select jsonb_array_elements_text(asked.keys))
            and status = any(${bind([...status, ...superseding])}) ${shut.join(' ')})
        ${newest('', bind(limit))} union ${newest(`and status = any(${shown})`, '1')}
      ) chosen join observation using (id)
      order by item, t desc, identity desc, id desc`
  })
}
