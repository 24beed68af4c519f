import type { DataScope, RecipientScope } from './types.js'

interface Statement {
  readonly data: DataScope
  readonly recipient: RecipientScope
}

/** 1: the first says more; -1: the second does; 0: as much; undefined: each says something that the other does not. */
type Comparison = 1 | 0 | -1 | undefined

/**
 * Whether one statement says at least as much as another of whom and of what, and more of one of them. Both are taken to
 * apply to the same access: where both name an organisation, it is the same one.
 */
export function isMoreSpecific(one: Statement, other: Statement): boolean {
  return (
    together([compareRecipients(one, other), compareElements(one, other), ...rest(one, other)]) ===
    1
  )
}

/** A named professional is narrower than any organisation or group: the one person works there or not. */
function compareRecipients(
  { recipient: one }: Statement,
  { recipient: other }: Statement,
): Comparison {
  const person = present(one.professional, other.professional)
  if (person === 1 || person === -1) return person
  return together([present(one.organization, other.organization), present(one.group, other.group)])
}

/** One item is narrower than an element, an element than a class. */
function compareElements({ data: one }: Statement, { data: other }: Statement): Comparison {
  return together([compareRank(rankOf(one), rankOf(other))])
}

const rankOf = ({ item, code, dataClass }: DataScope): number =>
  item !== undefined ? 3 : code !== undefined ? 2 : dataClass !== undefined ? 1 : 0

const compareRank = (one: number, other: number): Comparison =>
  one > other ? 1 : one < other ? -1 : 0

function rest({ data: one }: Statement, { data: other }: Statement): readonly Comparison[] {
  return [
    present(one.organization, other.organization),
    present(one.heldBy, other.heldBy),
    comparePeriods(one, other),
  ]
}

/** A period inside another says more; two that only overlap cannot be compared. */
function comparePeriods(one: DataScope, other: DataScope): Comparison {
  return together([
    compareRank(startOf(one), startOf(other)),
    compareRank(-endOf(one), -endOf(other)),
  ])
}

const startOf = ({ from }: DataScope): number =>
  from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(from)
const endOf = ({ until }: DataScope): number =>
  until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until)

const present = (one: string | undefined, other: string | undefined): Comparison =>
  compareRank(Number(one !== undefined), Number(other !== undefined))

function together(comparisons: readonly Comparison[]): Comparison {
  const said = new Set(comparisons)
  if (said.has(undefined) || (said.has(1) && said.has(-1))) return undefined
  return said.has(1) ? 1 : said.has(-1) ? -1 : 0
}
