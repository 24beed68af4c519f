import {
  equivalentTokens,
  observationStatuses,
  parseBoundary,
  supersedingStatuses,
} from '@kilde/contract'
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
    readonly superseding?: boolean | null
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
  const limit = within('`first`', first ?? 50, 1, 1_001)
  const { codes, category, period, last } = filter
  if (isGiven(codes)) atMost('filter.codes', codes, 50)
  if (isGiven(category)) atMost('filter.category', category, 10)
  if (isGiven(filter.sources)) atMost('filter.sources', filter.sources, 1_000)
  if (isGiven(last) && !newest) throw outOfRange('`filter.last` needs `order: NEWEST_FIRST`.')
  const status = filter.status?.map(fhirStatus) ?? DEFAULT_STATUS
  return {
    ...(isGiven(codes) && { codes: codes.flatMap(equivalentTokens) }),
    ...(isGiven(category) && { category }),
    ...(isGiven(period?.start) && { fromMs: inputInstantMs(period.start) }),
    ...(isGiven(period?.end) && { untilMs: inputInstantMs(period.end) }),
    ...(isGiven(last) && { last: within('`filter.last`', last, 1, 1_000) }),
    ...(isGiven(after) && { after: startOf(after, organization) }),
    status,
    ...(filter.superseding && { superseding: supersedingBeside(status) }),
    abnormalOnly: filter.abnormalOnly ?? false,
    order: newest ? 'NEWEST_FIRST' : 'OLDEST_FIRST',
    limit,
  }
}

/** The contract's spelling of a status in FHIR's: `ENTERED_IN_ERROR` → `entered-in-error`. */
export const fhirStatus = (status: string): string => status.toLowerCase().replaceAll('_', '-')

/** What is shown where no status is asked for: all that was not entered in error. FHIR status codes. */
export const DEFAULT_STATUS: readonly string[] = observationStatuses
  .filter((status) => status !== 'ENTERED_IN_ERROR')
  .map(fhirStatus)

/** FHIR codes of rows that correct others, without those that are asked for anyway. */
export const supersedingBeside = (status: readonly string[]): readonly string[] =>
  supersedingStatuses.map(fhirStatus).filter((one) => !status.includes(one))

/**
 * The boundary (t, i, o, d) seen by one organisation, whose rows all have the same `o`: beyond another `o`, either all of
 * its rows of that instant and identity follow, or none.
 */
export function startOf(cursor: string, organization: string): PageStart {
  const boundary = parseBoundary(cursor)
  if (!boundary) throw new OrganizationError('CURSOR_INVALID')
  const { t, i, o, d } = boundary
  if (o === organization) return { t, i, d }
  return { t, i, d: o < organization ? '' : '~' }
}

export function within(name: string, value: number, low: number, high: number): number {
  if (value >= low && value <= high) return value
  throw outOfRange(`${name} must be from ${low} to ${high.toLocaleString('en')}.`)
}

export function atMost(name: string, list: readonly unknown[], most: number): void {
  if (list.length > most)
    throw outOfRange(`\`${name}\` takes at most ${most.toLocaleString('en')} values.`)
}

export const isGiven = <T>(value: T | null | undefined): value is T =>
  value !== null && value !== undefined

export const outOfRange = (text: string): OrganizationError =>
  new OrganizationError('ARGUMENT_OUT_OF_RANGE', { text })
