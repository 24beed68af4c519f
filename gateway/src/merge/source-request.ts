import {
  contractVersion,
  encodeBoundary,
  identifierToken,
  type PatientIdentifier,
  previousContractVersion,
  type RowKey,
  statusLetters,
  type Variables,
} from '@kilde/contract'
import { getArgumentValues } from 'graphql'
import { GatewayError } from '../errors.js'
import { checkList, type ListArguments, readListArguments } from './arguments.js'
import { bindingOf, type CursorState, type Cursors } from './cursor.js'
import { readLatestArguments } from './latest-arguments.js'
import type { MergedField, MergePlan } from './merge-plan.js'

/** One merged field of one fetch: its arguments, checked, and where its list goes on. */
export interface AskedField {
  readonly merged: MergedField
  readonly args: Variables
  /** The organisations to ask, where the field itself chooses; undefined for all. */
  readonly sources: ReadonlySet<string> | undefined
  /** Classes of data that it is about: organisations with an agreement for one of them are asked. */
  readonly classes: readonly string[]
  /** For a list with pages. */
  readonly list: AskedList | undefined
}

export interface AskedList {
  readonly args: ListArguments
  readonly newestFirst: boolean
  readonly binding: string
  readonly state: CursorState | undefined
  /** Rows that this page may show: `first`, or what `last` leaves. */
  readonly rows: number
  /** Status letters of the rows to show (ASCII). Others are only there for what they correct. */
  readonly shown: ReadonlySet<number>
}

/** Who and what a cursor is bound to besides the field's own arguments. */
export interface Binding {
  readonly subject: string
  readonly organization: string
  readonly patient: PatientIdentifier
}

/** @throws GatewayError `ARGUMENT_OUT_OF_RANGE`, `CURSOR_INVALID` */
export function askField(
  merged: MergedField,
  variables: Variables,
  cursors: Cursors,
  bound: Binding,
): AskedField {
  const args = getArgumentValues(merged.field, merged.node, variables)
  const classes = classesIn(merged, args)
  if (merged.strategy === 'UNION') {
    const list = askList(merged.field.name, readListArguments(args), cursors, bound)
    return { merged, args, classes, sources: list.args.sources, list }
  }
  if (merged.strategy === 'LATEST') readLatestArguments(args)
  else merged.part.check(args)
  return { merged, args, classes, sources: undefined, list: undefined }
}

/** @throws GatewayError `ARGUMENT_OUT_OF_RANGE` */
function classesIn({ classesFrom, dataClass }: MergedField, args: Variables): readonly string[] {
  if (classesFrom === undefined) return [dataClass]
  const named = args[classesFrom]
  checkList(classesFrom, named, 20, /^[A-Z][A-Za-z]{0,63}$/, 'names of classes of data')
  const classes = [...new Set(named as readonly string[])]
  if (classes.length > 0) return classes
  throw new GatewayError('ARGUMENT_OUT_OF_RANGE', {
    text: `\`${classesFrom}\` must name at least one class of data.`,
  })
}

function askList(name: string, args: ListArguments, cursors: Cursors, bound: Binding): AskedList {
  const bindingFor = (contract: string): string => {
    const { subject, organization, patient } = bound
    const who = [subject, organization, identifierToken(patient)]
    return bindingOf([name, args.filter, args.order, ...who, contract])
  }
  const binding = bindingFor(contractVersion)
  // A cursor of the contract before this one still stands for the same place.
  const bindings = [binding, () => bindingFor(previousContractVersion)] as const
  const state = args.after === undefined ? undefined : cursors.read(args.after, bindings)
  const left = args.last === undefined ? args.first : args.last - (state?.served ?? 0)
  const rows = Math.max(0, Math.min(args.first, left))
  const newestFirst = args.order === 'NEWEST_FIRST'
  return { args, newestFirst, binding, state, rows, shown: shownStatuses(args.filter['status']) }
}

/** By `filter.status`; without one, all but what was entered in error. */
function shownStatuses(status: unknown): ReadonlySet<number> {
  const names = Array.isArray(status) ? (status as string[]) : DEFAULT_STATUSES
  const letters: Readonly<Record<string, string>> = statusLetters
  return new Set(names.map((name) => (letters[name] ?? '').charCodeAt(0)))
}

const DEFAULT_STATUSES = Object.keys(statusLetters).filter((name) => name !== 'ENTERED_IN_ERROR')

/** Statuses that are shown where no filter says otherwise. */
export const defaultStatuses: ReadonlySet<number> = shownStatuses(undefined)

/** How one list is asked of one source: where it goes on, and how many rows. */
export interface Round {
  readonly after: RowKey | undefined
  readonly first: number
}

/**
 * How many rows each source is asked for at first. With many sources most rows of a page would be thrown away: then each is
 * asked for several times its share, and those that run out ahead of the page's end are asked again.
 */
export function firstRound(list: AskedList, sources: number): Round {
  const wanted = Math.max(1, list.rows) + 1
  const share = Math.ceil(Math.max(SHARES * wanted, HARMLESS_ROWS) / Math.max(1, sources))
  return { after: list.state?.boundary, first: Math.min(wanted, share + 1) }
}

const SHARES = 5
/** So many rows of all sources together are not worth a second round. */
const HARMLESS_ROWS = 3_000

const hasFilter = ({ merged }: AskedField): boolean =>
  merged.field.args.some(({ name }) => name === 'filter')

/**
 * The variables that a source gets: of each field that it is asked for, the arguments; of the others, that it is not. Nothing of fields
 * that are not `within` its operation.
 */
export function sourceVariables(
  plan: MergePlan,
  fields: readonly AskedField[],
  rounds: readonly (Round | undefined)[],
  patient: PatientIdentifier,
  variables: Variables,
  within?: ReadonlySet<number>,
): Record<string, unknown> {
  const sent: Record<string, unknown> = { [plan.names.patient]: identifierToken(patient) }
  for (const name of plan.passedVariables) if (name in variables) sent[name] = variables[name]
  fields.forEach((field, index) => {
    if (within?.has(index) === false) return
    const round = rounds[index]
    sent[plan.names.of('ask', index)] = round !== undefined
    for (const { name } of field.merged.field.args) {
      if (name in field.args) sent[plan.names.of(name, index)] = field.args[name]
    }
    if (!field.list) return
    if (hasFilter(field)) {
      // Which organisations are asked is nobody else's business. And `last` counts rows after copies are joined: a source
      // that stopped at its own n-th would be short by each of its rows that another's correction hides.
      const { sources: _sources, last: _last, ...filter } = field.list.args.filter
      sent[plan.names.of('filter', index)] = { ...filter, superseding: true }
    }
    sent[plan.names.of('first', index)] = round?.first ?? 1
    sent[plan.names.of('after', index)] = round?.after ? encodeBoundary(round.after) : null
  })
  return sent
}
