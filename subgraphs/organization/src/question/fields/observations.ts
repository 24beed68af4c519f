import { elementsFor } from '../../map/needs.js'
import type { Page, PageQuestion } from '../../sources/source.js'
import { conditionsOf, type ListArguments } from '../arguments.js'
import { completenessOf, type Edge } from '../connection.js'
import { edgesOf, endCursorOf } from '../edges.js'
import {
  type AskedField,
  type FieldRequest,
  type Part,
  type PartContext,
  selectedOf,
} from './field.js'

/** `Patient.observations`. @throws OrganizationError `ARGUMENT_OUT_OF_RANGE`, `CURSOR_INVALID` */
export function askObservations(request: FieldRequest<ListArguments>): AskedField {
  const { args, patient, selected, organization } = request
  const question: PageQuestion = {
    patient,
    ...conditionsOf(args, organization),
    elements: elementsFor(selectedOf('Observation', selected)),
    count: selected.has('ObservationConnection.totalCount'),
  }
  return {
    dataClass: 'Observation',
    async read(source, signal) {
      const page = await source.read(question, signal)
      return { known: page.known, part: (context) => partOf(question, page, context) }
    },
  }
}

function partOf(question: PageQuestion, page: Page, context: PartContext): Part {
  const dropped = (edges: readonly Edge[]): number =>
    page.rows.length - edges.length + (page.dropped ?? 0)
  return {
    edges: edgesOf(page.rows, context),
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
      ...completenessOf({
        ...context,
        asOfMs: page.asOfMs,
        returned: edges.length,
        dropped: dropped(edges),
        truncated: page.truncated,
      }),
    }),
    items: (edges) => edges.map(({ id }) => id),
    isPartial: (edges) => dropped(edges) > 0 || page.truncated === true,
  }
}
