import type {
  ClassPage,
  ClassQuestion,
  Latest,
  LatestQuestion,
  Names,
  Page,
  PageQuestion,
  SourceName,
  Trend,
} from '../source.js'
import type { FieldDifference } from './compare-json.js'
import { compareRows, type Part, type RowsCompared } from './compare-rows.js'

/** How two answers to one question differ. */
export interface Compared extends RowsCompared {
  /** What is said of the answer as a whole. */
  readonly answer: readonly FieldDifference[]
}

export const isSame = ({ answer, missing, extra, differing }: Compared): boolean =>
  [answer, missing, extra, differing].every(({ length }) => length === 0)

export function comparePages(
  { order, after, last, status }: PageQuestion,
  existing: Page,
  shadow: Page,
): Compared {
  const part = ({ rows, more }: Page): Part => {
    // The newest so many: rows behind them are on no page, and may be there.
    const counted = rows.filter((row) => status.includes(row.status)).length
    const isBounded = last !== undefined && (after !== undefined || counted >= last)
    return { rows, more: more || isBounded }
  }
  return {
    ...compareRows(part(existing), part(shadow), { order, afterMs: after?.t }),
    answer: compareFound(existing, shadow),
  }
}

export function compareClassPages(
  { order, after }: ClassQuestion,
  existing: ClassPage,
  shadow: ClassPage,
): Compared {
  return {
    ...compareRows(existing, shadow, { order, afterMs: after?.t }),
    answer: compareFound(existing, shadow),
  }
}

export function compareTrends(existing: Trend, shadow: Trend): Compared {
  return {
    ...compareRows(existing, shadow, { order: 'NEWEST_FIRST' }),
    answer: compareFound(existing, shadow),
  }
}

/** Item by item. Of corrections among the newest only so many come that nothing can be said of those that do not. */
export function compareLatest(
  { items, limit, status }: LatestQuestion,
  existing: Latest,
  shadow: Latest,
): Compared {
  const part = ({ items: found }: Latest, index: number): Part => {
    const rows = found[index] ?? []
    const isCut = rows.length >= limit
    return {
      rows: isCut ? rows.filter((row) => status.includes(row.status)) : rows,
      more: isCut,
    }
  }
  const all = items.map((_codes, index) =>
    compareRows(part(existing, index), part(shadow, index), { order: 'NEWEST_FIRST' }),
  )
  return {
    same: all.reduce((sum, { same }) => sum + same, 0),
    missing: [...new Set(all.flatMap(({ missing }) => missing))],
    extra: [...new Set(all.flatMap(({ extra }) => extra))],
    differing: all.flatMap(({ differing }) => differing),
    answer: compareFound(existing, shadow),
  }
}

/** Names by their use, which stands for an id. */
export function compareNames(existing: Names, shadow: Names): Compared {
  const use = (name: SourceName): string => name.use ?? 'none'
  const other = (names: Names, name: SourceName): SourceName | undefined =>
    names.names.find((one) => use(one) === use(name))
  const pairs = existing.names.flatMap((name) => {
    const found = other(shadow, name)
    return found
      ? [{ existing: use(name), shadow: use(found), fields: nameFields(name, found) }]
      : []
  })
  const differing = pairs.filter(({ fields }) => fields.length > 0)
  return {
    same: pairs.length - differing.length,
    missing: existing.names.filter((name) => !other(shadow, name)).map(use),
    extra: shadow.names.filter((name) => !other(existing, name)).map(use),
    differing,
    answer: compareFound(existing, shadow),
  }
}

const nameFields = (existing: SourceName, shadow: SourceName): readonly FieldDifference[] =>
  unlike(existing, shadow, ['text', 'family', 'given'])

type Found = Pick<Page, 'known' | 'closedFor' | 'dropped' | 'truncated' | 'count'>

function compareFound(existing: Found, shadow: Found): readonly FieldDifference[] {
  const said = ({ known, closedFor = [], dropped = 0, truncated = false, count }: Found) => ({
    ...{ known, dropped, truncated, count, closedFor: [...closedFor].sort() },
  })
  const [ours, theirs] = [said(existing), said(shadow)]
  return unlike(ours, theirs, ['known', 'closedFor', 'dropped', 'truncated', 'count'])
}

function unlike<T extends object>(
  existing: T,
  shadow: T,
  names: readonly (keyof T & string)[],
): readonly FieldDifference[] {
  return names
    .map((field) => ({
      ...{
        field,
        existing: JSON.stringify(existing[field]),
        shadow: JSON.stringify(shadow[field]),
      },
    }))
    .filter((one) => one.existing !== one.shadow)
}
