import { parseInstant, type Variables } from '@kilde/contract'
import { GatewayError } from '../errors.js'

export type Order = 'NEWEST_FIRST' | 'OLDEST_FIRST'

/** A list's arguments, checked: what may be asked for, before anybody is asked. */
export interface ListArguments {
  readonly first: number
  readonly after: string | undefined
  readonly order: Order
  readonly filter: Readonly<Record<string, unknown>>
  /** `filter.last`: the newest n over all sources. */
  readonly last: number | undefined
  /** `filter.sources`: the organisations to ask; undefined for all. */
  readonly sources: ReadonlySet<string> | undefined
}

const MAX_ROWS = 1_000

/** @throws GatewayError `ARGUMENT_OUT_OF_RANGE`, naming argument and range. */
export function readListArguments(given: Variables): ListArguments {
  const filter = (given['filter'] ?? {}) as Record<string, unknown>
  checkFilter(filter)
  const order = given['order'] === 'OLDEST_FIRST' ? 'OLDEST_FIRST' : 'NEWEST_FIRST'
  const last = wholeNumber('filter.last', filter['last'])
  if (last !== undefined && order === 'OLDEST_FIRST')
    throw outOfRange('`filter.last` needs `order: NEWEST_FIRST`.')
  const sources = filter['sources'] as readonly string[] | null | undefined
  return {
    first: wholeNumber('first', given['first']) ?? 50,
    after: typeof given['after'] === 'string' ? given['after'] : undefined,
    order,
    filter,
    last,
    sources: sources ? new Set(sources) : undefined,
  }
}

function wholeNumber(name: string, value: unknown): number | undefined {
  if (value === null || value === undefined) return undefined
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MAX_ROWS)
    return value
  throw outOfRange(`\`${name}\` must be a whole number from 1 to ${MAX_ROWS}.`)
}

const outOfRange = (text: string): GatewayError =>
  new GatewayError('ARGUMENT_OUT_OF_RANGE', { text })

const TOKEN = /^[^\s|]{1,200}\|[^\s|]{1,100}$/

function checkFilter(filter: Readonly<Record<string, unknown>>): void {
  checkList('filter.codes', filter['codes'], 50, TOKEN, 'FHIR tokens, `system|code`')
  checkList('filter.category', filter['category'], 10, /^[\w-]{1,50}$/, 'FHIR category codes')
  checkList(
    'filter.sources',
    filter['sources'],
    MAX_ROWS,
    /^\d{9}$/,
    'organisation numbers of 9 digits',
  )
  const period = (filter['period'] ?? {}) as Record<string, unknown>
  for (const end of ['start', 'end'] as const) checkInstant(`filter.period.${end}`, period[end])
  const { start, end } = period
  if (
    typeof start === 'string' &&
    typeof end === 'string' &&
    Date.parse(start) >= Date.parse(end)
  ) {
    throw outOfRange('`filter.period` must start before it ends.')
  }
}

export function checkList(
  name: string,
  value: unknown,
  most: number,
  shape: RegExp,
  words: string,
): void {
  if (value === null || value === undefined) return
  const list = value as readonly unknown[]
  if (list.length === 0 || list.length > most)
    throw outOfRange(`\`${name}\` must name 1 to ${most} values.`)
  if (!list.every((item) => typeof item === 'string' && shape.test(item))) {
    throw outOfRange(`\`${name}\` must hold ${words}.`)
  }
}

function checkInstant(name: string, value: unknown): void {
  if (value === null || value === undefined) return
  if (typeof value === 'string' && parseInstant(value) !== undefined) return
  throw outOfRange(`\`${name}\` must be an instant with offset, e.g. 2026-03-14T00:00:00+01:00.`)
}
