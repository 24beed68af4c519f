import type { TrendQuestion } from '../source.js'
import { conditions, NEWEST_FIRST, type Statement, statement } from './statement.js'

/** Values of a trend and one more, which tells whether there are too many. */
export function trendStatement(patient: number, question: TrendQuestion): Statement {
  const { codes, status, superseding = [], limit } = question
  return statement((bind) => {
    const isCoded = (part: string): string => `${part} @> any(${bind(codes.map(coded))}::jsonb[])`
    return `select id, identity, t, version, status, content, owner,
        identity <> ${IDENTITY_OF_ID} as identified,
        case when part ? 'dataAbsentReason' then '{}' else
          jsonb_strip_nulls(jsonb_build_object('valueInteger', part -> 'valueInteger',
            'valueQuantity', part -> 'valueQuantity'))::text end as resource
      from observation cross join lateral (select case
        when not resource ? 'component' or ${isCoded('resource')} then resource
        else (select one from jsonb_array_elements(resource -> 'component') with ordinality parts (one, place)
          where ${isCoded('one')} order by place limit 1) end) asked (part)
      where ${conditions(patient, question, bind)}
        and status = any(${bind([...status, ...superseding])})
      ${NEWEST_FIRST} limit ${bind(limit + 1)}`
  })
}

/** What an observation or a component with this code contains. */
function coded(token: string): string {
  const [system, code] = token.split('|')
  return JSON.stringify({ code: { coding: [{ system, code }] } })
}

/** `identityDigest` of the contract over the row id: the identity of a row without a business identifier. */
const IDENTITY_OF_ID = `left(encode(sha256(convert_to(id, 'UTF8')), 'hex'), 32)`
