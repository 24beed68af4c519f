import { equivalentTokens } from '@kilde/contract'
import { elementsFor } from '../../map/needs.js'
import type { Latest, LatestQuestion } from '../../sources/source.js'
import { DEFAULT_STATUS, supersedingBeside, within } from '../arguments.js'
import { completenessOf, type Edge } from '../connection.js'
import { edgesOf } from '../edges.js'
import {
  type AskedField,
  type FieldRequest,
  type Part,
  type PartContext,
  selectedOf,
} from './field.js'

export interface LatestArguments {
  readonly codes: readonly string[]
}

/** Rows of a code that a gateway gets, so that corrections of copies elsewhere are among them. */
const MOST_ROWS = 8

/**
 * `Patient.latestObservations`. Only a gateway asks for `edges`; without them no row but the newest is read.
 * @throws OrganizationError `ARGUMENT_OUT_OF_RANGE`
 */
export function askLatest(request: FieldRequest<LatestArguments>): AskedField {
  const { args, patient, selected } = request
  within('The number of `codes`', args.codes.length, 1, 50)
  const forMerge = selected.has('LatestObservation.edges')
  const question: LatestQuestion = {
    patient,
    items: args.codes.map(equivalentTokens),
    status: DEFAULT_STATUS,
    ...(forMerge && { superseding: supersedingBeside(DEFAULT_STATUS) }),
    limit: forMerge ? MOST_ROWS : 1,
    elements: elementsFor(selectedOf('Observation', selected)),
  }
  return {
    dataClass: 'Observation',
    async read(source, signal) {
      const latest = await source.latest(question, signal)
      return { known: latest.known, part: (context) => partOf(args, latest, context) }
    },
  }
}

function partOf({ codes }: LatestArguments, latest: Latest, context: PartContext): Part {
  const found = codes.map((code, index): FoundItem => {
    const rows = latest.items[index] ?? []
    return { code, stored: rows.length, edges: edgesOf(rows, context) }
  })
  const stored = found.reduce((sum, one) => sum + one.stored, 0)
  const isOpen =
    (context.withheld ?? 'NONE') !== 'NONE' ||
    (latest.dropped ?? 0) > 0 ||
    latest.truncated === true
  return {
    edges: found.flatMap(({ edges }) => edges),
    content: (edges) => ({
      items: itemsOf(found, new Set(edges), isOpen),
      ...completenessOf({
        ...context,
        asOfMs: latest.asOfMs,
        returned: edges.length,
        dropped: stored - edges.length + (latest.dropped ?? 0),
        truncated: latest.truncated,
      }),
    }),
    items: (edges) => edges.map(({ id }) => id),
    isPartial: (edges) => isOpen || stored > edges.length,
  }
}

interface FoundItem {
  readonly code: string
  /** Number of rows that were read. */
  readonly stored: number
  readonly edges: readonly Edge[]
}

const itemsOf = (found: readonly FoundItem[], good: ReadonlySet<Edge>, withheld: boolean) =>
  found.map(({ code, stored, edges }) => {
    const given = edges.filter((edge) => good.has(edge))
    return itemOf(code, given, withheld || given.length < stored)
  })

function itemOf(code: string, edges: readonly Edge[], missing: boolean) {
  const newest = edges.find(({ status }) => DEFAULT_STATUS.includes(status))
  return {
    code,
    observation: newest?.node,
    complete: !missing,
    // A row that could not be used, or may not be shown, may be newer than the one that is.
    newerMayExist: missing,
    edges,
  }
}
