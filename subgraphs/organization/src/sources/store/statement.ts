import { createHash } from 'node:crypto'
import type { ClosedRows, ReceivedWithin, RowsMeant } from '../source.js'

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

/** What a row is known by. */
export const ROW_COLUMNS =
  'id, patient, identity, t, precision, version, status, owner, point_of_care, author_kind, received_ms, facts'

/** The sealed content of a row; none where no element was selected. */
export const contentColumn = (elements: readonly string[]): string =>
  elements.length === 0 ? 'null as resource' : 'resource'

export interface Conditions {
  readonly codes?: readonly string[]
  readonly category?: readonly string[]
  readonly fromMs?: number
  readonly untilMs?: number
  readonly abnormalOnly?: boolean
  readonly received?: ReceivedWithin
  readonly closed?: readonly ClosedRows[]
}

/** All that must hold besides status. */
export function conditions(patient: number, asked: Conditions, bind: Bind): string {
  const { codes, category, fromMs, untilMs, abnormalOnly } = asked
  const given = [`patient = ${bind(patient)}`]
  if (codes) given.push(`codes && ${codeIds(codes, bind)}`)
  if (category) {
    given.push(`category && ${bind(category)}`)
    // Follows from the line before, and lets the index of these few rows be used.
    if (!category.includes('vital-signs')) given.push(`category <> '{vital-signs}'`)
  }
  if (fromMs !== undefined) given.push(`t >= ${bind(fromMs)}`)
  if (untilMs !== undefined) given.push(`t < ${bind(untilMs)}`)
  if (abnormalOnly) given.push('abnormal')
  if (asked.received) {
    const { fromMs: first, untilMs: end } = asked.received
    given.push(`received_ms >= ${bind(first)}`, `received_ms < ${bind(end)}`)
  }
  if (asked.closed) given.push(...asked.closed.map((one) => `not ${closes(one, bind)}`))
  return given.join(' and ')
}

/** Whether a row is closed. */
export function closes({ rows, except }: ClosedRows, bind: Bind): string {
  const opened = except.map((one) => `and not ${isMeant(one, bind)}`)
  return `(${[isMeant(rows, bind), ...opened].join(' ')})`
}

function isMeant(meant: RowsMeant, bind: Bind): string {
  const { owner, codes, item, fromMs, untilMs, labelledOutside, delayedAtMs } = meant
  const given: string[] = []
  if (owner !== undefined) given.push(`owner = ${bind(owner)}`)
  if (codes) given.push(`codes && ${codeIds(codes, bind)}`)
  if (item !== undefined) given.push(`identity = ${bind(item)}`)
  if (fromMs !== undefined) given.push(`t >= ${bind(fromMs)}`)
  if (untilMs !== undefined) given.push(`t < ${bind(untilMs)}`)
  if (labelledOutside) given.push(`not labels <@ ${bind(labelledOutside)}::text[]`)
  if (delayedAtMs !== undefined) {
    given.push(`('NORU' = any(labels) and coalesce(open_from_ms, ${NEVER}) > ${bind(delayedAtMs)})`)
  }
  return given.length === 0 ? 'true' : `(${given.join(' and ')})`
}

/** The store's own numbers of these codes: those that any row has. */
export const codeIds = (tokens: readonly string[], bind: Bind): string =>
  `array(select id from code where token = any(${bind(tokens)}::text[]))`

/** Later than every instant. */
const NEVER = Number.MAX_SAFE_INTEGER
