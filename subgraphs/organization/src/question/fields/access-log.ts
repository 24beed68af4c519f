import { identityDigest, parseInstant } from '@kilde/contract'
import type { Accesses, AccessQuestion } from '../../access-log/access-log.js'
import type { ReadAccess } from '../../access-log/fields.js'
import type { Telling } from '../../access-log/sentence.js'
import { atMost, isGiven, outOfRange, startOf, within } from '../arguments.js'
import { completenessOf, type Edge } from '../connection.js'
import { cursorOf, endCursorOf } from '../edges.js'
import type { AskedField, FieldRequest, Part, PartContext } from './field.js'

/** Arguments of `Patient.accessLog`, coerced by the contract's types. */
export interface AccessLogArguments extends Partial<Pick<AccessQuestion, 'order'>> {
  readonly filter?: {
    readonly period?: { readonly start?: string | null; readonly end?: string | null } | null
    readonly outcome?: AccessQuestion['outcomes'] | null
    readonly by?: AccessQuestion['by'] | null
    readonly classes?: readonly string[] | null
    readonly decisionRef?: string | null
    readonly item?: string | null
    readonly ownLookups?: boolean | null
    readonly sources?: readonly string[] | null
  } | null
  readonly first?: number | null
  readonly after?: string | null
}

/** `Patient.accessLog`. @throws OrganizationError `ARGUMENT_OUT_OF_RANGE`, `CURSOR_INVALID` */
export function askAccessLog(request: FieldRequest<AccessLogArguments>): AskedField {
  const { args, patient, selected, organization } = request
  const question: AccessQuestion = {
    patient,
    ...conditionsOf(args, organization),
    receipts: selected.has('AccessLogEntry.receipt'),
  }
  return {
    dataClass: 'AuditEvent',
    async read(source, signal, sight) {
      const found = await source.accesses(question, sight, signal)
      const { reader } = sight
      return {
        known: found.known,
        part: (context) => partOf(question, found, context, { ...context, reader }),
      }
    },
  }
}

function conditionsOf(
  args: AccessLogArguments,
  organization: string,
): Omit<AccessQuestion, 'patient' | 'receipts'> {
  const { first, after, order } = args
  const { period, outcome, by, classes, decisionRef, item, ownLookups, sources } = args.filter ?? {}
  for (const [name, list] of Object.entries({ outcome, by, classes })) {
    if (isGiven(list)) atMost(`filter.${name}`, list, 10)
  }
  if (isGiven(sources)) atMost('filter.sources', sources, 1_000)
  if (isGiven(decisionRef) && decisionRef.length > 500)
    throw outOfRange('`filter.decisionRef` takes at most 500 characters.')
  const fromMs = parseInstant(period?.start ?? '')
  const untilMs = parseInstant(period?.end ?? '')
  return {
    ...(fromMs !== undefined && { fromMs }),
    ...(untilMs !== undefined && { untilMs }),
    ...(isGiven(outcome) && { outcomes: outcome }),
    ...(isGiven(by) && { by }),
    ...(isGiven(classes) && { classes }),
    ...(isGiven(decisionRef) && { decisionRef }),
    ...(isGiven(item) && { item }),
    ownLookups: ownLookups ?? false,
    order: order ?? 'NEWEST_FIRST',
    ...(isGiven(after) && { after: startOf(after, organization) }),
    limit: within('`first`', first ?? 50, 1, 1_001),
  }
}

function partOf(
  question: AccessQuestion,
  found: Accesses,
  context: PartContext,
  telling: Telling,
): Part {
  const all = found.rows.flatMap((access) => edgeOf({ access, telling }, context))
  const dropped = (edges: readonly Edge[]): number => found.rows.length - edges.length
  return {
    edges: all,
    content: (edges) => ({
      nodes: edges.map(({ node }) => node),
      edges,
      pageInfo: {
        hasNextPage: found.more,
        hasPreviousPage: question.after !== undefined,
        startCursor: edges.at(0)?.cursor,
        endCursor: endCursorOf(edges, lastOf(found), {
          // An entry's identity is that of its id: no other entry has it.
          endsIdentity: found.more,
          newestFirst: question.order === 'NEWEST_FIRST',
        }),
      },
      ...completenessOf({
        ...context,
        asOfMs: found.asOfMs,
        returned: edges.length,
        dropped: dropped(edges),
        truncated: found.truncated,
        // A representative is not told whether something is left out, for no patient (design.md §5).
        ...(telling.reader === 'REPRESENTATIVE' && { withheld: 'NOT_DISCLOSED' }),
      }),
    }),
    // The entries of a log are told, not given out: their ids in a record would make each look at the log longer than the log.
    items: () => [],
    isPartial: (edges) => dropped(edges) > 0 || found.truncated,
  }
}

function lastOf({ rows }: Accesses) {
  const last = rows.at(-1)
  return last && { ...last, t: last.atMs }
}

function edgeOf(node: ReadAccess, context: PartContext): readonly Edge[] {
  const { id, atMs, identity, record } = node.access
  const placed = {
    ...{ id, identity, t: atMs, version: 1, status: 'final', owner: context.organization },
    content: identityDigest(`${record.requestId} ${record.event}`),
  }
  try {
    return [{ cursor: cursorOf(placed, context), id, status: placed.status, node }]
  } catch {
    return []
  }
}
