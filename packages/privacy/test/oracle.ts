import type { Access, Block, RowFacts } from '../src/index.js'
import { days, instant } from './statements.js'

/** Independent of the code: each statement as the set of what it says, and "more specific" as a strictly larger set. */
export function oracle(
  blocks: readonly Block[],
  consents: readonly Block[],
  access: Access,
  row: RowFacts,
): 'CLOSED' | 'OPEN' {
  const meets = (one: Block) => concerns(one, access, row)
  const opening = consents.filter(meets).map(saysOf)
  const closing = blocks.filter(meets).map(saysOf)
  const isOverruled = (block: ReadonlySet<string>) =>
    opening.some((consent) => consent.size > block.size && [...block].every((x) => consent.has(x)))
  return closing.some((block) => !isOverruled(block)) ? 'CLOSED' : 'OPEN'
}

function saysOf({ data, recipient }: Block): ReadonlySet<string> {
  const said = new Set<string>()
  const add = (...words: string[]) => {
    for (const word of words) said.add(word)
  }
  const person = recipient.professional !== undefined
  // A person is narrower than any workplace or profession; named besides the person, these still say more.
  if (person) add('person', 'workplace', 'profession')
  if (recipient.organization) add(person ? 'workplace of the person' : 'workplace')
  if (recipient.group) add(person ? 'profession of the person' : 'profession')
  if (data.item) add('class', 'element', 'item')
  else if (data.code) add('class', 'element')
  else if (data.dataClass) add('class')
  if (data.organization) add('owner')
  if (data.heldBy) add('copy')
  for (const day of days) {
    if (data.from && data.from >= instant(day)) add(`not before ${day}`)
    if (data.until && data.until <= instant(day)) add(`not after ${day}`)
  }
  return said
}

function concerns({ data, recipient, validity }: Block, access: Access, row: RowFacts): boolean {
  const at = (text: string | undefined, otherwise: number) => (text ? Date.parse(text) : otherwise)
  const pairs: [string | undefined, readonly (string | undefined)[]][] = [
    [data.organization, [row.owner]],
    [data.heldBy, [access.heldBy]],
    [data.dataClass, [access.dataClass]],
    [data.code, row.codes],
    [data.item, [row.item]],
    [recipient.organization, [access.organization]],
    [recipient.professional, [access.professional]],
    [recipient.group, access.groups],
  ]
  const within = (from: string | undefined, until: string | undefined, ms: number) =>
    at(from, Number.NEGATIVE_INFINITY) <= ms && ms < at(until, Number.POSITIVE_INFINITY)
  return (
    pairs.every(([wanted, held]) => wanted === undefined || held.includes(wanted)) &&
    within(data.from, data.until, row.tMs) &&
    within(validity.from, validity.until, access.atMs)
  )
}
