import { encodeNodeCursor, equivalentTokens, parseBoundary } from '@kilde/contract'
import type { HeldRow, ListClass, Place } from '../world/world.js'
import type { NodeContext } from './simulated-node.js'

interface Filter {
  readonly kind?: readonly string[] | null
  readonly codes?: readonly string[] | null
  readonly category?: readonly string[] | null
  readonly period?: { readonly start?: string | null; readonly end?: string | null } | null
  readonly status?: readonly string[] | null
  readonly last?: number | null
  readonly abnormalOnly?: boolean | null
  readonly superseding?: boolean | null
}

export interface ListArguments {
  readonly filter?: Filter | null
  readonly first?: number | null
  readonly after?: string | null
  readonly order?: 'NEWEST_FIRST' | 'OLDEST_FIRST' | null
}

/** One page of one source's rows (docs/node-protocol.md, The order of rows). */
export function listOf(
  list: ListClass,
  { filter, first, after, order }: ListArguments,
  context: NodeContext,
): object {
  const sign = order === 'OLDEST_FIRST' ? 1 : -1
  const held = list.held(context.source)
  const rows = newestOf(select(held, filter ?? {}, list.correcting), filter ?? {})
  const sorted = [...rows].sort((a, b) => sign * compare(a.key, b.key))
  const place = after ? parseBoundary(after) : undefined
  if (after && !place) throw new Error('not a boundary')
  const left = place ? sorted.filter(({ key }) => sign * compare(key, place) > 0) : sorted
  const page = left.slice(0, first ?? 50)
  return {
    edges: page.map((row) => ({ cursor: cursorOf(row, context.digest), node: row.observation })),
    pageInfo: { hasNextPage: left.length > page.length },
    totalCount: {
      value: rows.filter(({ observation }) => isWanted(observation.status, filter ?? {})).length,
    },
    sources: [reportOf(context, page.length)],
    rivals: newestFirst(held.filter(list.isRival)).map((row) => cursorOf(row, context.digest)),
  }
}

const isWanted = (status: string, filter: Filter): boolean =>
  filter.status?.includes(status) ?? status !== 'ENTERED_IN_ERROR'

/** Rows that fulfil the conditions, and with `superseding` also those that correct others, whatever `status` says. */
export function select(
  rows: readonly HeldRow[],
  filter: Filter,
  superseding: readonly string[] = [],
): readonly HeldRow[] {
  const codes = filter.codes && new Set(filter.codes.flatMap(equivalentTokens))
  const from = filter.period?.start ? Date.parse(filter.period.start) : Number.NEGATIVE_INFINITY
  const to = filter.period?.end ? Date.parse(filter.period.end) : Number.POSITIVE_INFINITY
  const correcting: readonly string[] = filter.superseding ? superseding : []
  return rows.filter(
    ({ key, parts, abnormal, observation: { status, category, kind } }) =>
      (isWanted(status, filter) || correcting.includes(status)) &&
      (!codes || parts.some(({ tokens }) => tokens.some((token) => codes.has(token)))) &&
      (!filter.kind || filter.kind.includes(String(kind))) &&
      (!filter.category ||
        category.some(({ coding }) => filter.category?.includes(coding[0]?.code ?? ''))) &&
      key.t >= from &&
      key.t < to &&
      (!filter.abnormalOnly || abnormal),
  )
}

/** `last` counts the rows that were asked for; corrections newer than the oldest of them come along. */
function newestOf(rows: readonly HeldRow[], filter: Filter): readonly HeldRow[] {
  if (!filter.last) return rows
  const newest = newestFirst(rows)
  const wanted = newest.filter(({ observation }) => isWanted(observation.status, filter))
  const oldest = wanted[filter.last - 1]
  return oldest ? newest.slice(0, newest.indexOf(oldest) + 1) : newest
}

export const newestFirst = (rows: readonly HeldRow[]): HeldRow[] =>
  [...rows].sort((a, b) => compare(b.key, a.key))

export function cursorOf({ key }: HeldRow, digest: string): string {
  return encodeNodeCursor({ ...key, p: digest })
}

export function reportOf({ source }: NodeContext, returned: number): object {
  return {
    organization: { number: source.number },
    status: source.truncated ? 'TRUNCATED' : returned > 0 ? 'OK' : 'EMPTY',
    dropped: source.dropped,
    withheld: source.withheld,
    reason: source.truncated ? 'ROW_CAP' : null,
    asOf: source.asOf,
    contractVersion: source.contractVersion,
  }
}

type Key = Pick<Place, 't' | 'i' | 'o' | 'd'>

const compare = (a: Key, b: Key): number =>
  a.t - b.t || text(a.i, b.i) || text(a.o, b.o) || text(a.d, b.d)
const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
