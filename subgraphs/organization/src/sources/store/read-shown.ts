import type { Shown, ShownQuestion } from '../source.js'
import { ask, begin, type Reading } from './read.js'
import { closes, type Statement, statement } from './statement.js'

/** Which of these rows are open, by the same conditions as on every other way to a row. */
export async function readShown(reading: Reading, question: ShownQuestion): Promise<Shown> {
  const { patient } = await begin(reading, question)
  if (patient === undefined) return new Map()
  const found = await ask<{ id: string; open: boolean }>(reading, shownStatement(patient, question))
  return new Map(found.map(({ id, open }) => [id, open]))
}

function shownStatement(patient: number, { ids, closed = [] }: ShownQuestion): Statement {
  return statement((bind) => {
    const shut = closed.map((one) => closes(one, bind))
    const open = shut.length === 0 ? 'true' : `not (${shut.join(' or ')})`
    return `select id, ${open} as open from observation
      where patient = ${bind(patient)} and id = any(${bind(ids)}::text[])`
  })
}
