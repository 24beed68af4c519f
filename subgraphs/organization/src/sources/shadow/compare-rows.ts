import { membersOf } from '../rows/json-parts.js'
import type { Facets, PageQuestion, SourceRow } from '../source.js'
import { compareResources, type FieldDifference } from './compare-json.js'

/** A row of any list, as far as it is compared. */
export interface Comparable extends Pick<SourceRow, 'id' | 'identity' | 't' | 'status'> {
  readonly content: string
  readonly resource: string
  readonly owner: string
  readonly pointOfCare?: string
  readonly precision?: string
  readonly authorKind?: string
  readonly facets?: Facets
}

/** One source's part of a list. */
export interface Part {
  readonly rows: readonly Comparable[]
  /** Whether it has, or may have, rows behind these. */
  readonly more: boolean
}

export interface Order {
  readonly order: PageQuestion['order']
  /** Instant of the row that the list begins behind: of rows of that instant each source has an order of its own. */
  readonly afterMs?: number | undefined
}

/** A row that both have, and do not say the same of. */
export interface RowDifference {
  /** Id of the row at the one and at the other. */
  readonly existing: string
  readonly shadow: string
  readonly fields: readonly FieldDifference[]
}

export interface RowsCompared {
  /** Number of rows that both have, and say the same of. */
  readonly same: number
  /** Ids of rows that only the existing source has. */
  readonly missing: readonly string[]
  /** Ids of rows that only the shadow has. */
  readonly extra: readonly string[]
  readonly differing: readonly RowDifference[]
}

/** Puts the rows of two lists side by side. What lies behind the end of a list that goes on is missing from neither. */
export function compareRows(existing: Part, shadow: Part, order: Order): RowsCompared {
  const { pairs, ours, theirs } = pair(existing.rows, shadow.rows)
  const compared = pairs.map(([one, other]) => ({
    ...{ existing: one.id, shadow: other.id },
    fields: fieldsOf(one, other),
  }))
  const differing = compared.filter(({ fields }) => fields.length > 0)
  return {
    same: compared.length - differing.length,
    missing: ours.filter((row) => isWithin(row, shadow, order)).map(({ id }) => id),
    extra: theirs.filter((row) => isWithin(row, existing, order)).map(({ id }) => id),
    differing,
  }
}

type Pair = readonly [existing: Comparable, shadow: Comparable]

/** What makes two rows the same, the surest first: ids and identities differ between systems where nobody gave an identifier. */
const LIKENESSES: readonly ((row: Comparable) => string)[] = [
  ({ id }) => id,
  ({ identity }) => identity,
  ({ t, content }) => `${t} ${content}`,
  ({ t, facets, resource }) =>
    `${t} ${JSON.stringify(facets)} ${membersOf(resource).get('code') ?? ''}`,
]

function pair(existing: readonly Comparable[], shadow: readonly Comparable[]) {
  const pairs: Pair[] = []
  let [ours, theirs] = [existing, shadow]
  for (const likeness of LIKENESSES) {
    const waiting = groupBy(theirs, likeness)
    ours = ours.filter((row) => {
      const other = waiting.get(likeness(row))?.shift()
      if (other) pairs.push([row, other])
      return !other
    })
    theirs = [...waiting.values()].flat()
  }
  return { pairs, ours, theirs }
}

function groupBy(rows: readonly Comparable[], key: (row: Comparable) => string) {
  const groups = new Map<string, Comparable[]>()
  for (const row of rows) {
    const group = groups.get(key(row))
    if (group) group.push(row)
    else groups.set(key(row), [row])
  }
  return groups
}

/** Whether a list would have to hold the row if its source had it. */
function isWithin({ t }: Comparable, { rows, more }: Part, { order, afterMs }: Order): boolean {
  if (t === afterMs) return false
  if (!more) return true
  const end = rows.at(-1)
  if (!end) return false
  return order === 'NEWEST_FIRST' ? t > end.t : t < end.t
}

const FACTS = ['t', 'precision', 'status', 'owner', 'pointOfCare', 'authorKind'] as const

function fieldsOf(existing: Comparable, shadow: Comparable): readonly FieldDifference[] {
  const facts = FACTS.filter((name) => existing[name] !== shadow[name]).map((field) => ({
    ...{ field, existing: textOf(existing[field]), shadow: textOf(shadow[field]) },
  }))
  const [ours, theirs] = [existing.facets, shadow.facets].map((one) => JSON.stringify(one))
  const facets = ours === theirs ? [] : [{ field: 'facets', existing: ours, shadow: theirs }]
  const elements = compareResources(existing.resource, shadow.resource)
  const known = new Set(facts.map(({ field }) => field as string))
  const fields = [...facts, ...facets, ...elements.filter(({ field }) => !known.has(field))]
  // What was not asked for may differ as well: the digest is over status, code and value, selected or not.
  const isHidden = existing.content !== shadow.content && !fields.some(isPlain)
  return isHidden
    ? [...fields, { field: 'content', existing: undefined, shadow: undefined }]
    : fields
}

const isPlain = ({ field }: FieldDifference): boolean => !field.endsWith('(form)')

const textOf = (value: string | number | undefined): string | undefined =>
  value === undefined ? undefined : JSON.stringify(value)
