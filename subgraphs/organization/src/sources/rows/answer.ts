import { identityDigest } from '@kilde/contract'
import type {
  ClosedRows,
  Latest,
  LatestQuestion,
  Page,
  PageQuestion,
  Trend,
  TrendQuestion,
  ValueRow,
} from '../source.js'
import { compareRows, compareToStart, type HeldRow, sourceRowOf } from './held-row.js'
import { itemsOf, membersOf, objectOf } from './json-parts.js'
import { type Conditions, isAsked, isClosed, reasonsOf } from './meant.js'

type Told<T extends object> = Omit<T, 'known' | 'asOfMs' | 'closedFor'>

/** The page of a question, where `rows` are all that could be on it, or behind it as far as `last` and `count` look. */
export function pageOf(rows: readonly HeldRow[], question: PageQuestion): Told<Page> {
  const { status, limit, order, after, last, count, elements } = question
  const open = openRows(rows, question)
  const counted = open.filter((row) => status.includes(row.status))
  const end = last === undefined ? undefined : counted[last - 1]
  const bounded = end ? open.filter((row) => compareRows(row, end) >= 0) : open
  const ordered = order === 'NEWEST_FIRST' ? bounded : bounded.toReversed()
  const direction = order === 'NEWEST_FIRST' ? -1 : 1
  const found = after
    ? ordered.filter((row) => compareToStart(row, after) * direction > 0)
    : ordered
  return {
    rows: found.slice(0, limit).map((row) => sourceRowOf(row, elements)),
    ...endOf(found, limit),
    ...(count && { count: Math.min(counted.length, last ?? counted.length) }),
  }
}

function endOf(found: readonly HeldRow[], limit: number): Pick<Page, 'more' | 'endsIdentity'> {
  const [last, next] = [found[limit - 1], found[limit]]
  if (!last || !next) return { more: next !== undefined }
  return { more: true, endsIdentity: last.t !== next.t || last.identity !== next.identity }
}

export function latestOf(rows: readonly HeldRow[], question: LatestQuestion): Told<Latest> {
  const { items, limit, elements, status } = question
  const found = items.map((codes) => {
    const open = openRows(rows, { ...question, codes })
    const newest = open.slice(0, limit)
    const shown = open.find((row) => status.includes(row.status))
    const chosen =
      !shown || newest.includes(shown) ? newest : [...newest.slice(0, limit - 1), shown]
    return chosen.map((row) => sourceRowOf(row, elements))
  })
  return { items: found }
}

export function trendOf(rows: readonly HeldRow[], question: TrendQuestion): Told<Trend> {
  const { limit, codes } = question
  const open = openRows(rows, question)
  return {
    rows: open.slice(0, limit).map((row) => valueRow(row, codes)),
    more: open.length > limit,
  }
}

export interface Asked extends Conditions {
  readonly status: readonly string[]
  readonly superseding?: readonly string[]
  readonly closed?: readonly ClosedRows[]
  readonly tellClosed?: boolean
}

/** Rows that match and are not closed, newest first. */
function openRows(rows: readonly HeldRow[], asked: Asked): readonly HeldRow[] {
  const { status, superseding = [], closed } = asked
  const statuses = [...status, ...superseding]
  return rows
    .filter((row) => statuses.includes(row.status) && isAsked(row, asked) && !isClosed(row, closed))
    .sort((a, b) => compareRows(b, a))
}

/** Why rows that match everything else are closed, among those that are known. */
export function closedFor(
  rows: readonly HeldRow[],
  { closed = [], tellClosed = false, status }: Asked,
  conditions: Conditions,
): Pick<Page, 'closedFor'> {
  if (!tellClosed || closed.length === 0) return {}
  const matching = rows.filter((row) => status.includes(row.status) && isAsked(row, conditions))
  return { closedFor: reasonsOf(matching, closed) }
}

function valueRow(row: HeldRow, codes: readonly string[]): ValueRow {
  const { id, identity, t, version, status, content, owner } = row
  return {
    ...{ id, identity, t, version, status, content, owner },
    identified: identity !== identityDigest(id),
    resource: askedValue(membersOf(row.resource), codes),
  }
}

/** Value of the observation where its own code matches, else of its first component whose code does. */
function askedValue(whole: ReadonlyMap<string, string>, codes: readonly string[]): string {
  const components = whole.get('component')
  const parts = components === undefined ? [] : itemsOf(components).map(membersOf)
  const asked =
    components === undefined || isCoded(whole, codes)
      ? whole
      : parts.find((part) => isCoded(part, codes))
  if (!asked || asked.has('dataAbsentReason')) return '{}'
  return objectOf(
    [...asked].filter(([name]) => name === 'valueQuantity' || name === 'valueInteger'),
  )
}

interface Coded {
  readonly coding?: readonly { readonly system?: string; readonly code?: string }[]
}

function isCoded(part: ReadonlyMap<string, string>, codes: readonly string[]): boolean {
  const { coding = [] } = JSON.parse(part.get('code') ?? '{}') as Coded
  return coding.some(({ system = '', code }) => codes.includes(`${system}|${code}`))
}
