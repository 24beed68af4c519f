import { createHash } from 'node:crypto'
import type { PageQuestion } from '../source.js'
import { codeKey } from './tables.js'

/** A named statement: PostgreSQL plans each form of question once per connection. */
export interface Statement {
  readonly name: string
  readonly text: string
  readonly values: readonly unknown[]
}

/** Rows of the page and one more, which tells whether others follow. */
export function pageStatement(patient: number, question: PageQuestion): Statement {
  const values: unknown[] = []
  const bind = (value: unknown): string => `$${values.push(value)}`
  const matching = `from observation where ${conditions(patient, question, bind).join(' and ')}`
  const newest = question.order === 'NEWEST_FIRST'
  const direction = newest ? 'desc' : 'asc'
  const order = `order by t ${direction}, identity ${direction}, id ${direction}`
  const after = startOf(question, newest ? '<' : '>', bind)
  const elements = bind(question.elements)
  const device = question.elements.includes('device') ? 'device::text as device' : 'null as device'
  const columns = `${COLUMNS}, ${device}, (select coalesce(jsonb_object_agg(e.key, e.value), '{}')
      from jsonb_each(resource) e where e.key = any(${elements}))::text as resource`
  const limit = `limit ${bind(question.limit + 1)}`
  if (question.last === undefined) {
    return named(
      `select ${columns} ${matching} ${after && `and ${after}`} ${order} ${limit}`,
      values,
    )
  }
  const last = `(select * ${matching} ${order} limit ${bind(question.last)}) newest`
  return named(
    `select ${columns} from ${last} ${after && `where ${after}`} ${order} ${limit}`,
    values,
  )
}

/** Number of all rows that match, `last` included. */
export function countStatement(patient: number, question: PageQuestion): Statement {
  const values: unknown[] = []
  const bind = (value: unknown): string => `$${values.push(value)}`
  const matching = `from observation where ${conditions(patient, question, bind).join(' and ')}`
  const capped = question.last === undefined ? '' : `limit ${bind(question.last)}`
  return named(
    `select count(*)::int as count from (select 1 ${matching} ${capped}) matching`,
    values,
  )
}

const COLUMNS =
  'id, identity, t, precision, version, status, content, owner, point_of_care, author_kind, received_ms'

function conditions(
  patient: number,
  question: PageQuestion,
  bind: (value: unknown) => string,
): readonly string[] {
  const { codes, category, fromMs, untilMs, status, abnormalOnly } = question
  const given = [`patient = ${bind(patient)}`, `status = any(${bind(status)})`]
  if (codes) given.push(`codes && ${bind(codes.map((token) => codeKey(patient, token)))}`)
  if (category) given.push(`category && ${bind(category)}`)
  if (fromMs !== undefined) given.push(`t >= ${bind(fromMs)}`)
  if (untilMs !== undefined) given.push(`t < ${bind(untilMs)}`)
  if (abnormalOnly) given.push('abnormal')
  return given
}

/** A row comparison, so that the index is entered at the very row that follows. */
function startOf(
  { after }: PageQuestion,
  comparison: '<' | '>',
  bind: (value: unknown) => string,
): string {
  if (!after) return ''
  return `(t, identity, id) ${comparison} (${bind(after.t)}, ${bind(after.i)}, ${bind(after.d)})`
}

function named(text: string, values: readonly unknown[]): Statement {
  return { name: createHash('sha256').update(text).digest('base64url'), text, values }
}
