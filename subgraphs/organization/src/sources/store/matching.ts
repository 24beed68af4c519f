import type { PageQuestion, PageStart } from '../source.js'
import { type Bind, type Conditions, codeIds, conditions } from './statement.js'

/** Which rows of a patient are meant, in which order and how many. */
export interface Matching {
  readonly patient: number
  readonly asked: Conditions
  /** FHIR status codes. */
  readonly status: readonly string[]
  readonly order: PageQuestion['order']
  /** Rows that follow this place. */
  readonly after?: PageStart | undefined
  /** Name of a query in front with one row (t, identity, id): nothing older. */
  readonly notBefore?: string
  readonly limit: number
}

/**
 * `number, t, identity, id` of the rows that match, in order. Those of a code are read in the order of their time from the
 * table of codes, each code to the limit: however rare or old a code is among a patient's rows, hardly more rows are looked at
 * than the answer holds.
 */
export function matchingRows(meant: Matching, bind: Bind): string {
  const { asked, order } = meant
  const ending = `${orderOf(order)} limit ${bind(meant.limit)}`
  if (!asked.codes) {
    return `select number, t, identity, id from observation where ${wanted(meant, bind)} ${ending}`
  }
  return `${rowsOfCodes(meant, `any(${bind(asked.codes)})`, bind)} ${ending}`
}

/** Rows of codes, in no order. `tokens`: what their token is to be equal to. */
export function rowsOfCodes(meant: Matching, tokens: string, bind: Bind): string {
  return `select distinct number, t, identity, id
    from (select id as one from code where token = ${tokens}) kind
      cross join lateral (${rowsOfCode(meant, bind)}) found`
}

/**
 * Of the code `kind.one`. Each part of the statement is fenced in, so that a plan made for any patient serves the one with
 * very many rows as well: in order through the index, each row by its number, and an end at the limit.
 */
function rowsOfCode(meant: Matching, bind: Bind): string {
  const { codes: _codes, ...asked } = meant.asked
  const { after, notBefore, limit, order } = meant
  const newest = order === 'NEWEST_FIRST'
  const bounds = [
    ...timeBounds(asked, bind),
    ...(after ? [`t ${newest ? '<=' : '>='} ${bind(after.t)}`] : []),
    ...(notBefore === undefined ? [] : [`t >= (select t from ${notBefore})`]),
  ].map((bound) => ` and ${bound}`)
  return `select o.number, o.t, o.identity, o.id from (
        select t as at, number from observation_code
          where patient = ${bind(meant.patient)} and code = kind.one${bounds.join('')}
          order by t ${newest ? 'desc' : 'asc'}) coded
      cross join lateral (select number, t, identity, id from observation
        where number = coded.number and ${wanted({ ...meant, asked }, bind)} limit 1) o
      ${orderOf(order, 'at')} limit ${bind(limit)}`
}

/** All that must hold of a row. */
function wanted(meant: Matching, bind: Bind): string {
  const { patient, asked, status, order, after, notBefore } = meant
  const follows = order === 'NEWEST_FIRST' ? '<' : '>'
  return [
    conditions(patient, asked, bind),
    `status = any(${bind(status)})`,
    // Row comparisons, so that the index is entered at the very row that follows.
    ...(after
      ? [`(t, identity, id) ${follows} (${bind(after.t)}, ${bind(after.i)}, ${bind(after.d)})`]
      : []),
    ...(notBefore === undefined
      ? []
      : [`(t, identity, id) >= (select t, identity, id from ${notBefore})`]),
  ].join(' and ')
}

const timeBounds = ({ fromMs, untilMs }: Conditions, bind: Bind): readonly string[] => [
  ...(fromMs === undefined ? [] : [`t >= ${bind(fromMs)}`]),
  ...(untilMs === undefined ? [] : [`t < ${bind(untilMs)}`]),
]

/** All rows that match, in no order, for what is counted or only looked for: what stands behind `from`. */
export function rowsThatMatch(
  { patient, asked, status }: Pick<Matching, 'patient' | 'asked' | 'status'>,
  bind: Bind,
): string {
  const { codes, ...others } = asked
  const rest = `${conditions(patient, others, bind)} and status = any(${bind(status)})`
  if (!codes) return `observation where ${rest}`
  const bounds = timeBounds(asked, bind).map((bound) => ` and ${bound}`)
  return `observation where number in (select number from observation_code
      where patient = ${bind(patient)} and code = any(${codeIds(codes, bind)})${bounds.join('')})
    and ${rest}`
}

/** `rows` (a query with a column `number`) with all their columns, each found by its number alone. */
export const withColumns = (rows: string): string =>
  `(select number as wanted from (${rows}) found) chosen
      cross join lateral (select * from observation where number = chosen.wanted limit 1) o`

export function orderOf(order: PageQuestion['order'], time = 't'): string {
  const direction = order === 'NEWEST_FIRST' ? 'desc' : 'asc'
  return `order by ${time} ${direction}, identity ${direction}, id ${direction}`
}
