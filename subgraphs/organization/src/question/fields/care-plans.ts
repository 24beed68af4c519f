import { planStatuses } from '@kilde/contract'
import { planElementsFor } from '../../map/plan/needs.js'
import { readPlan } from '../../map/plan/plan.js'
import type { PlanKind, PlanPage, PlanQuestion, PlanRow } from '../../sources/source.js'
import { atMost, fhirStatus, isGiven, startOf, within } from '../arguments.js'
import { completenessOf, type Edge } from '../connection.js'
import { cursorOf, endCursorOf } from '../edges.js'
import { inputInstantMs } from '../scalars.js'
import {
  type AskedField,
  type FieldRequest,
  type Part,
  type PartContext,
  selectedOf,
} from './field.js'

/** Arguments of `Patient.carePlans`, coerced by the contract's types. */
export interface PlanArguments {
  readonly filter?: {
    readonly kind?: readonly PlanKind[] | null
    readonly status?: readonly string[] | null
    readonly period?: { readonly start?: string | null; readonly end?: string | null } | null
    readonly sources?: readonly string[] | null
    readonly superseding?: boolean | null
  } | null
  readonly first?: number | null
  readonly after?: string | null
  readonly order?: PlanQuestion['order'] | null
}

/** `Patient.carePlans`. @throws OrganizationError `ARGUMENT_OUT_OF_RANGE`, `CURSOR_INVALID` */
export function askCarePlans(request: FieldRequest<PlanArguments>): AskedField {
  const { args, patient, selected, organization } = request
  const fields = selectedOf('CarePlan', selected)
  const question: PlanQuestion = {
    patient,
    ...conditionsOf(args, organization),
    elements: planElementsFor(fields),
    related: fields.some((field) => MADE_OF_OTHERS.has(field)),
    count: selected.has('CarePlanConnection.totalCount'),
    rivals:
      selected.has('CarePlanConnection.rivals') || selected.has('CarePlanConnection.conflict'),
  }
  return {
    dataClass: 'CarePlan',
    async read(source, signal) {
      const page = await source.plans(question, signal)
      return { known: page.known, part: (context) => partOf(question, page, context) }
    },
  }
}

/** Fields that are made of resources that a plan refers to. */
const MADE_OF_OTHERS: ReadonlySet<string> = new Set(['zones', 'goal', 'activity', 'addresses'])

const STATUSES = planStatuses.map(fhirStatus)
const SHOWN = STATUSES.filter((status) => status !== 'entered-in-error')

function conditionsOf(
  { filter, first, after, order }: PlanArguments,
  organization: string,
): Omit<PlanQuestion, 'patient' | 'elements' | 'related' | 'count' | 'rivals'> {
  const { kind, status, period, sources, superseding } = filter ?? {}
  if (isGiven(kind)) atMost('filter.kind', kind, 10)
  if (isGiven(sources)) atMost('filter.sources', sources, 1_000)
  const shown = status?.map(fhirStatus) ?? SHOWN
  return {
    ...(isGiven(kind) && { kinds: kind }),
    ...(isGiven(period?.start) && { fromMs: inputInstantMs(period.start) }),
    ...(isGiven(period?.end) && { untilMs: inputInstantMs(period.end) }),
    status: shown,
    // Whatever becomes of a plan ends what it was before.
    ...(superseding && { superseding: STATUSES.filter((one) => !shown.includes(one)) }),
    order: order ?? 'NEWEST_FIRST',
    ...(isGiven(after) && { after: startOf(after, organization) }),
    limit: within('`first`', first ?? 50, 1, 1_001),
  }
}

function partOf(question: PlanQuestion, page: PlanPage, context: PartContext): Part {
  const { truncated } = page
  const dropped = (edges: readonly Edge[]): number => page.dropped + page.rows.length - edges.length
  return {
    edges: page.rows.flatMap((row) => edgeOf(row, context)),
    content: (edges) => ({
      nodes: edges.map(({ node }) => node),
      edges,
      pageInfo: {
        hasNextPage: page.more,
        hasPreviousPage: question.after !== undefined,
        startCursor: edges.at(0)?.cursor,
        endCursor: endCursorOf(edges, page.rows.at(-1), {
          endsIdentity: page.endsIdentity ?? false,
          newestFirst: question.order === 'NEWEST_FIRST',
        }),
      },
      totalCount: { value: page.count, precision: 'EXACT' },
      rivals: page.rivals.map((row) => cursorOf(row, context)),
      conflict: page.rivals.filter(({ status }) => status === 'active').length > 1,
      ...completenessOf({
        ...{ ...context, truncated, asOfMs: page.asOfMs },
        returned: edges.length,
        dropped: dropped(edges),
      }),
    }),
    items: (edges) => edges.map(({ id }) => id),
    isPartial: (edges) => dropped(edges) > 0 || truncated,
  }
}

/** A plan that is no good is left out. */
function edgeOf(row: PlanRow, context: PartContext): readonly Edge[] {
  try {
    const { id, status } = row
    return [{ cursor: cursorOf(row, context), id, status, node: readPlan(row, context) }]
  } catch {
    return []
  }
}
