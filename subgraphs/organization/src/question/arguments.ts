import { equivalentTokens, parseBoundary } from '@kilde/contract'
import { OrganizationError } from '../errors.js'
import type { PageQuestion, PageStart } from '../sources/source.js'
import { inputInstantMs } from './scalars.js'

/** Arguments of `Patient.observations`, coerced by the contract's types. */
export interface ListArguments {
  readonly filter?: {
    readonly codes?: readonly string[] | null
    readonly category?: readonly string[] | null
    readonly period?: { readonly start?: string | null; readonly end?: string | null } | null
    readonly status?: readonly string[] | null
    readonly last?: number | null
    readonly abnormalOnly?: boolean | null
    readonly sources?: readonly string[] | null
  } | null
  readonly first?: number | null
  readonly after?: string | null
  readonly order?: PageQuestion['order'] | null
}

export type Conditions = Omit<PageQuestion, 'patient' | 'elements' | 'count'>

/**
 * What the arguments mean at this source. `filter.sources` is the gateway's affair.
 * @throws OrganizationError `ARGUMENT_OUT_OF_RANGE`, `CURSOR_INVALID`
 */
export function conditionsOf(args: ListArguments, organization: string): Conditions {
  const { first, after, order } = args
  const filter = args.filter ?? {}
  const newest = (order ?? 'NEWEST_FIRST') === 'NEWEST_FIRST'
  const limit = within('first', first ?? 50, 1, 1_001)
  const { codes, category, period, last } = filter
  if (isGiven(codes)) atMost('filter.codes', codes, 50)
  if (isGiven(category)) atMost('filter.category', category, 10)
  if (isGiven(filter.sources)) atMost('filter.sources', filter.sources, 1_000)
  if (isGiven(last) && !newest) throw outOfRange('`filter.last` needs `order: NEWEST_FIRST`.')
  return {
    ...(isGiven(codes) && { codes: codes.flatMap(equivalentTokens) }),
    ...(isGiven(category) && { category }),
    ...(isGiven(period?.start) && { fromMs: inputInstantMs(period.start) }),
    ...(isGiven(period?.end) && { untilMs: inputInstantMs(period.end) }),
    ...(isGiven(last) && { last: within('filter.last', last, 1, 1_000) }),
    ...(isGiven(after) && { after: startOf(after, organization) }),
    status: (filter.status ?? DEFAULT_STATUS).map((one) => one.toLowerCase().replaceAll('_', '-')),
    abnormalOnly: filter.abnormalOnly ?? false,
    order: newest ? 'NEWEST_FIRST' : 'OLDEST_FIRST',
    limit,
  }
}

const DEFAULT_STATUS = [
  'REGISTERED',
  'PRELIMINARY',
  'FINAL',
  'AMENDED',
  'CORRECTED',
  'CANCELLED',
  'UNKNOWN',
]

/**
 * The boundary (t, i, o, d) seen by one organisation, whose rows all have the same `o`: beyond another `o`, either all of
 * its rows of that instant and identity follow, or none.
 */
function startOf(cursor: string, organization: string): PageStart {
  const boundary = parseBoundary(cursor)
  if (!boundary) throw new OrganizationError('CURSOR_INVALID')
  const { t, i, o, d } = boundary
  if (o === organization) return { t, i, d }
  return { t, i, d: o < organization ? '' : '~' }
}

function within(name: string, value: number, low: number, high: number): number {
  if (value >= low && value <= high) return value
  throw outOfRange(`\`${name}\` must be from ${low} to ${high.toLocaleString('en')}.`)
}

function atMost(name: string, list: readonly unknown[], most: number): void {
  if (list.length > most)
    throw outOfRange(`\`${name}\` takes at most ${most.toLocaleString('en')} values.`)
}

const isGiven = <T>(value: T | null | undefined): value is T =>
  value !== null && value !== undefined

const outOfRange = (text: string): OrganizationError =>
  new OrganizationError('ARGUMENT_OUT_OF_RANGE', { text })
