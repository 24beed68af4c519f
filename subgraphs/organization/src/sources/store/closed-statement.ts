import type { ClosedRows } from '../source.js'
import { rowsThatMatch } from './matching.js'
import { type Conditions, closes, type Statement, statement } from './statement.js'

export interface ClosedQuestion extends Omit<Conditions, 'closed'> {
  readonly closed: readonly ClosedRows[]
  readonly status: readonly string[]
}

/** For each reason whether a row that matches everything else is closed for it. */
export function closedStatement(patient: number, question: ClosedQuestion): Statement {
  const { closed, status, ...asked } = question
  const reasons = [...new Set(closed.map(({ why }) => why))]
  return statement((bind) => {
    const any = (why: string): string => {
      const own = closed.filter((one) => one.why === why)
      return `exists (select 1 from ${rowsThatMatch({ patient, asked, status }, bind)}
        and (${own.map((one) => closes(one, bind)).join(' or ')}))`
    }
    return `select ${reasons.map((why) => `${any(why)} as "${why}"`).join(', ')}`
  })
}
