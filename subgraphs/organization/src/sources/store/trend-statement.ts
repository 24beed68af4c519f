import type { TrendQuestion } from '../source.js'
import { conditions, NEWEST_FIRST, type Statement, statement } from './statement.js'

/** Values of a trend and one more, which tells whether there are too many. */
export function trendStatement(patient: number, question: TrendQuestion): Statement {
  const { status, superseding = [], limit } = question
  return statement(
    (bind) => `select id, identity, t, version, status, content, owner,
        identity <> ${IDENTITY_OF_ID} as identified,
        jsonb_strip_nulls(jsonb_build_object('valueInteger', resource -> 'valueInteger',
          'valueQuantity', resource -> 'valueQuantity'))::text as resource
      from observation
      where ${conditions(patient, question, bind)}
        and status = any(${bind([...status, ...superseding])})
      ${NEWEST_FIRST} limit ${bind(limit + 1)}`,
  )
}

/** `identityDigest` of the contract over the row id: the identity of a row without a business identifier. */
const IDENTITY_OF_ID = `left(encode(sha256(convert_to(id, 'UTF8')), 'hex'), 32)`
