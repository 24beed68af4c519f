import { compareKeys, parseBoundary, type Variables } from '@kilde/contract'
import { isGiven } from '../arguments.js'
import type { WrittenField } from '../root.js'
import { canonical } from './canonical.js'

/** Arguments that say which part of a list is asked for; all others must be as they were signed. */
interface ListPart {
  readonly first?: number | null
  readonly after?: string | null
  readonly order?: string | null
  readonly filter?: Readonly<Record<string, unknown>> | null
}

/** Rows of a list where the request does not say (contract, `Patient.observations`). */
const DEFAULT_ROWS = 50

/** Most rows that a signature allows of a field, over all rounds; of a field without pages one asking. */
export function rowsSigned({ args }: WrittenField): number {
  if (!isList(args)) return 1
  const { first, filter } = args as ListPart
  const last = filter?.['last']
  return Math.min(first ?? DEFAULT_ROWS, typeof last === 'number' ? last : Number.POSITIVE_INFINITY)
}

/** Rows that a question asks of a field. */
export const rowsAsked = ({ args }: WrittenField): number =>
  isList(args) ? ((args as ListPart).first ?? DEFAULT_ROWS) : 1

const isList = (args: Variables): boolean => 'first' in args

/** Whether arguments ask for nothing that the signed ones do not ask for. Rows are counted elsewhere. */
export function staysWithin(asked: Variables, signed: Variables, organization: string): boolean {
  const { after, filter, first: _first, ...rest } = asked as ListPart
  const { after: start, filter: conditions, first: _most, ...others } = signed as ListPart
  return (
    canonical(rest) === canonical(others) &&
    canonical(conditionsIn(filter)) === canonical(conditionsIn(conditions)) &&
    isFor(conditions, organization) &&
    isLastWithin(filter, conditions) &&
    isNotBefore(after, start, asked['order'] !== 'OLDEST_FIRST')
  )
}

/**
 * Conditions on rows. `sources` and `last` are the gateway's affair between organisations and are looked at by themselves;
 * `superseding` adds rows that correct others, which count among those that were signed.
 */
function conditionsIn(filter: ListPart['filter']): Readonly<Record<string, unknown>> {
  const { sources: _sources, last: _last, superseding: _superseding, ...conditions } = filter ?? {}
  return conditions
}

function isFor(signed: ListPart['filter'], organization: string): boolean {
  const sources = signed?.['sources']
  return !Array.isArray(sources) || sources.includes(organization)
}

/** Whoever asks for the newest n by a node's own count asks for no more than were signed. */
function isLastWithin(asked: ListPart['filter'], signed: ListPart['filter']): boolean {
  const [given, most] = [asked?.['last'], signed?.['last']]
  return !isGiven(given) || (typeof most === 'number' && Number(given) <= most)
}

/** The gateway's cursor begins with the place that it stands for: later pages may be asked for, earlier ones not. */
function isNotBefore(
  after: string | null | undefined,
  start: string | null | undefined,
  newestFirst: boolean,
): boolean {
  if (!isGiven(start)) return true
  const [place] = start.split('.')
  const [asked, signed] = [parseBoundary(after), parseBoundary(place)]
  if (!asked || !signed) return false
  const order = compareKeys(asked, signed)
  return newestFirst ? order <= 0 : order >= 0
}
