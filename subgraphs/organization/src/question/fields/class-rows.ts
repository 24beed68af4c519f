import { isUnclaimed, parseNodeCursor } from '@kilde/contract'
import type { ResourceClass } from '../../classes/resource-class.js'
import type { ClassPage, ClassQuestion, ClassRow, Facets } from '../../sources/source.js'
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

/** Arguments of a list of any class, coerced by the contract's types. */
export interface RowArguments {
  readonly filter?: RowFilter | null
  readonly first?: number | null
  readonly after?: string | null
  readonly order?: ClassQuestion['order'] | null
}

interface RowFilter {
  readonly status?: readonly string[] | null
  readonly period?: { readonly start?: string | null; readonly end?: string | null } | null
  readonly sources?: readonly string[] | null
  readonly superseding?: boolean | null
  /** What the class filters by besides: each is a facet of its rows. */
  readonly [facet: string]: unknown
}

/** The list of a class. @throws OrganizationError `ARGUMENT_OUT_OF_RANGE`, `CURSOR_INVALID` */
export function askRows(kind: ResourceClass, request: FieldRequest<RowArguments>): AskedField {
  const { args, patient, selected, organization } = request
  const { type, fromRelated } = kind.view
  const list = `${type}Connection`
  const fields = selectedOf(type, selected)
  const question: ClassQuestion = {
    class: kind.name,
    patient,
    ...conditionsOf(args, kind, organization),
    elements: elementsFor(kind, fields),
    related: fields.some((field) => fromRelated.includes(field)),
    count: selected.has(`${list}.totalCount`),
    rivals: ['rivals', 'conflict', 'unclaimed'].some((name) => selected.has(`${list}.${name}`)),
  }
  return {
    dataClass: kind.name,
    async read(source, signal) {
      const page = await source.rows(question, signal)
      return { known: page.known, part: (context) => partOf(kind, question, page, context) }
    },
  }
}

/** Elements to read for the selected fields, each once. @throws for a field of the contract that the class's table lacks */
function elementsFor({ view }: ResourceClass, fields: readonly string[]): readonly string[] {
  const elements = fields.flatMap((field) => {
    const needs = view.needs[field]
    if (!needs) throw new RangeError(`no elements are known for ${view.type}.${field}`)
    return needs
  })
  return [...new Set(elements)].sort()
}

function conditionsOf(
  { filter, first, after, order }: RowArguments,
  { view }: ResourceClass,
  organization: string,
): Omit<ClassQuestion, 'class' | 'patient' | 'elements' | 'related' | 'count' | 'rivals'> {
  const { status, period, sources, superseding, ...own } = filter ?? {}
  if (isGiven(sources)) atMost('filter.sources', sources, 1_000)
  const statuses = view.statuses.map(fhirStatus)
  const shown = status?.map(fhirStatus) ?? statuses.filter((one) => one !== 'entered-in-error')
  return {
    facets: facetsOf(own, view),
    ...(isGiven(period?.start) && { fromMs: inputInstantMs(period.start) }),
    ...(isGiven(period?.end) && { untilMs: inputInstantMs(period.end) }),
    status: shown,
    // Whatever becomes of a row ends what it was before.
    ...(superseding && { superseding: statuses.filter((one) => !shown.includes(one)) }),
    order: order ?? 'NEWEST_FIRST',
    ...(isGiven(after) && { after: startOf(after, organization) }),
    limit: within('`first`', first ?? 50, 1, 1_001),
  }
}

/** Most values of a facet whose class says no other number. */
const MOST_VALUES = 10

function facetsOf(
  own: Readonly<Record<string, unknown>>,
  { facets = {} }: ResourceClass['view'],
): Facets {
  const asked = Object.entries(own).filter(([, value]) => isGiven(value))
  return Object.fromEntries(
    asked.map(([name, value]) => {
      const values = [value].flat().map(String)
      const { most = MOST_VALUES, valuesOf = (one: string) => [one] } = facets[name] ?? {}
      atMost(`filter.${name}`, values, most)
      return [name, values.flatMap(valuesOf)]
    }),
  )
}

function partOf(
  kind: ResourceClass,
  question: ClassQuestion,
  page: ClassPage,
  context: PartContext,
): Part {
  const { truncated } = page
  const rivals = page.rivals.map((row) => cursorOf(row, context))
  const dropped = (edges: readonly Edge[]): number => page.dropped + page.rows.length - edges.length
  return {
    edges: page.rows.flatMap((row) => edgeOf(kind, row, context)),
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
      rivals,
      conflict: page.rivals.filter(({ status }) => status === 'active').length > 1,
      unclaimed: isUnclaimed(rivals.flatMap((cursor) => parseNodeCursor(cursor) ?? [])),
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

/** A row that is no good is left out. */
function edgeOf({ view }: ResourceClass, row: ClassRow, context: PartContext): readonly Edge[] {
  try {
    const { id, status } = row
    return [{ cursor: cursorOf(row, context), id, status, node: view.read(row, context) }]
  } catch {
    return []
  }
}
