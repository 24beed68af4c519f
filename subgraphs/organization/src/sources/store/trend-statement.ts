import type { TrendQuestion } from '../source.js'
import { matchingRows, orderOf, withColumns } from './matching.js'
import { type Statement, statement } from './statement.js'

/** Rows of a trend and one more, which tells whether there are too many; without what a value is not made of. */
export function trendStatement(patient: number, question: TrendQuestion): Statement {
  const { status, superseding = [], limit } = question
  return statement((bind) => {
    const meant = {
      ...{ patient, asked: question, order: 'NEWEST_FIRST' as const },
      status: [...status, ...superseding],
      limit: limit + 1,
    }
    return `select id, patient, identity, t, version, status, owner, facts
      from ${withColumns(matchingRows(meant, bind))} ${orderOf('NEWEST_FIRST')}`
  })
}
