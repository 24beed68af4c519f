import { createHash } from 'node:crypto'
import type { ClosedRows, RowsMeant } from '../source.js'
import { codeKey } from './tables.js'

/** A named statement: PostgreSQL plans each form of question once per connection. */
export interface Statement {
  readonly name: string
  readonly text: string
  readonly values: readonly unknown[]
}

/** Puts a value into the statement's list; answers its place there. */
export type Bind = (value: unknown) => string

/** Writes a statement whose text depends on the form of the question alone. */
export function statement(write: (bind: Bind) => string): Statement {
  const values: unknown[] = []
  const text = write((value) => `$${values.push(value)}`)
  return { name: createHash('sha256').update(text).digest('base64url'), text, values }
}

/** What a row is known by, in the order and under the names of `SourceRow`. */
export const ROW_COLUMNS =
  'id, identity, t, precision, version, status, content, owner, point_of_care, author_kind, received_ms'

/** `device` and `resource` of a row, with the selected elements alone. */
export function contentColumns(elements: readonly string[], bind: Bind): string {
  const device = elements.includes('device') ? 'device::text as device' : 'null as device'
  return `${device}, (select coalesce(jsonb_object_agg(e.key, e.value), '{}')
      from jsonb_each(resource) e where e.key = any(${bind(elements)}))::text as resource`
}

export const NEWEST_FIRST = 'order by t desc, identity desc, id desc'

interface Conditions {
  readonly codes?: readonly string[]
  readonly category?: readonly string[]
  readonly fromMs?: number
  readonly untilMs?: number
  readonly abnormalOnly?: boolean
  readonly closed?: readonly ClosedRows[]
}

/** All that must hold besides status. */
export function conditions(patient: number, asked: Conditions, bind: Bind): string {
  const { codes, category, fromMs, untilMs, abnormalOnly } = asked
  const given = [`patient = ${bind(patient)}`]
  if (codes) given.push(`codes && ${bind(codes.map((token) => codeKey(patient, token)))}`)
  if (category) given.push(`category && ${bind(category)}`)
  if (fromMs !== undefined) given.push(`t >= ${bind(fromMs)}`)
  if (untilMs !== undefined) given.push(`t < ${bind(untilMs)}`)
  if (abnormalOnly) given.push('abnormal')
  if (asked.closed) given.push(...asked.closed.map((one) => `not ${closes(patient, one, bind)}`))
  return given.join(' and ')
}

/** Whether a row is closed. */
export function closes(patient: number, { rows, except }: ClosedRows, bind: Bind): string {
  const opened = except.map((one) => `and not ${isMeant(patient, one, bind)}`)
  return `(${[isMeant(patient, rows, bind), ...opened].join(' ')})`
}

function isMeant(patient: number, meant: RowsMeant, bind: Bind): string {
  const { owner, codes, item, fromMs, untilMs, labelledOutside, delayedAtMs } = meant
  const given: string[] = []
  if (owner !== undefined) given.push(`owner = ${bind(owner)}`)
  if (codes) given.push(`codes && ${bind(codes.map((token) => codeKey(patient, token)))}::text[]`)
  if (item !== undefined) given.push(`identity = ${bind(item)}`)
  if (fromMs !== undefined) given.push(`t >= ${bind(fromMs)}`)
  if (untilMs !== undefined) given.push(`t < ${bind(untilMs)}`)
  if (labelledOutside) given.push(`not labels <@ ${bind(labelledOutside)}::text[]`)
  if (delayedAtMs !== undefined) {
    given.push(`('NORU' = any(labels) and coalesce(open_from_ms, ${NEVER}) > ${bind(delayedAtMs)})`)
  }
  return given.length === 0 ? 'true' : `(${given.join(' and ')})`
}

/** Later than every instant. */
const NEVER = Number.MAX_SAFE_INTEGER
