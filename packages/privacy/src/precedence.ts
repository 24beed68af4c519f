import { inForce } from './in-force.js'
import { isMoreSpecific } from './specificity.js'
import type { Block, Consent, DataScope, PrivacyView, RecipientScope } from './types.js'

/** Who asks for what, from a verified token. The patient and representatives are not asked about: a block is not on them. */
export interface Access {
  /** Organisation number that the professional acts for. */
  readonly organization: string
  /** HPR number; absent for personnel without one. */
  readonly professional?: string
  /** Codes of code system 9060. */
  readonly groups: readonly string[]
  readonly dataClass: string
  /** Organisation number of the node that decides: the copy lies there. */
  readonly heldBy: string
  /** Epoch milliseconds. */
  readonly atMs: number
}

/** Rows that are meant. All criteria that are given must hold; none given: every row. */
export interface RowScope {
  /** Organisation number of the row's data controller. */
  readonly owner?: string
  /** Token `system|code`, as the patient chose it: matches the code table's other spellings too. */
  readonly code?: string
  /** Identity of the row: 32 hex digits. */
  readonly item?: string
  /** Epoch milliseconds, included. */
  readonly fromMs?: number
  /** Epoch milliseconds, excluded. */
  readonly untilMs?: number
}

/** Rows that one block closes: those of `rows` that are in none of `except`. */
export interface Closure {
  /** Id of the block. */
  readonly block: string
  /** The block names this very professional: no break-glass of the same person lifts it. */
  readonly named: boolean
  readonly rows: RowScope
  /** What more specific consents leave open. */
  readonly except: readonly (RowScope & { readonly consent: string })[]
}

/** What of one class of data is closed to one requester. */
export interface Closures {
  /** Ids of the reservations in force: everything is closed. */
  readonly reservations: readonly string[]
  /** A row is closed where any of these closes it. */
  readonly blocks: readonly Closure[]
}

/**
 * Precedence, the same in whatever order statements come: a reservation closes everything; else a row is closed where a block
 * applies to it that no applying consent is more specific than. One statement is more specific than another when it says at
 * least as much of whom and of what, and more of one of them; of two that cannot be compared, and of two alike, the objection
 * wins. docs/privacy.md
 */
export function closuresOf(view: PrivacyView, access: Access): Closures {
  // A consent has the form of a block.
  const held = (statements: readonly Block[]): readonly Block[] =>
    statements.filter((one) => inForce(one.validity, access.atMs) && applies(one, access))
  const consents = held(view.consents)
  const reservations = view.reservations.filter(({ validity }) => inForce(validity, access.atMs))
  return {
    reservations: reservations.map(({ id }) => id),
    blocks: held(view.blocks).map((block) => closureOf(block, consents)),
  }
}

function closureOf(block: Block, consents: readonly Consent[]): Closure {
  const opening = consents.filter((consent) => isMoreSpecific(consent, block))
  return {
    block: block.id,
    named: block.recipient.professional !== undefined,
    rows: rowsOf(block.data),
    except: opening.map(({ id, data }) => ({ consent: id, ...rowsOf(data) })),
  }
}

/** Everything but the rows, which are looked at one by one. */
function applies({ data, recipient }: Block, access: Access): boolean {
  return (
    isMet(data.dataClass, [access.dataClass]) &&
    isMet(data.heldBy, [access.heldBy]) &&
    meets(recipient, access)
  )
}

function meets({ organization, professional, group }: RecipientScope, access: Access): boolean {
  return (
    isMet(organization, [access.organization]) &&
    isMet(professional, access.professional === undefined ? [] : [access.professional]) &&
    isMet(group, access.groups)
  )
}

const isMet = (wanted: string | undefined, given: readonly string[]): boolean =>
  wanted === undefined || given.includes(wanted)

function rowsOf({ organization, code, item, from, until }: DataScope): RowScope {
  return {
    ...(organization !== undefined && { owner: organization }),
    ...(code !== undefined && { code }),
    ...(item !== undefined && { item }),
    ...(from !== undefined && { fromMs: Date.parse(from) }),
    ...(until !== undefined && { untilMs: Date.parse(until) }),
  }
}

/** What of a row the criteria look at. */
export interface RowFacts {
  readonly owner: string
  /** All of its tokens `system|code`, those of components and the code table's other spellings included. */
  readonly codes: readonly string[]
  readonly item: string
  /** What it is sorted by (epoch milliseconds). */
  readonly tMs: number
}

/** Id of a reservation or block that closes the row; undefined where it is open. */
export function closedBy({ reservations, blocks }: Closures, row: RowFacts): string | undefined {
  const block = blocks.find(
    ({ rows, except }) => isIn(rows, row) && !except.some((open) => isIn(open, row)),
  )
  return reservations[0] ?? block?.block
}

/** Whether nothing at all of the class is left open, whatever the rows are. */
export const closesEverything = ({ reservations, blocks }: Closures): boolean =>
  reservations.length > 0 ||
  blocks.some(({ rows, except }) => Object.keys(rows).length === 0 && except.length === 0)

function isIn({ owner, code, item, fromMs, untilMs }: RowScope, row: RowFacts): boolean {
  return (
    isMet(owner, [row.owner]) &&
    isMet(code, row.codes) &&
    isMet(item, [row.item]) &&
    (fromMs === undefined || fromMs <= row.tMs) &&
    (untilMs === undefined || row.tMs < untilMs)
  )
}
