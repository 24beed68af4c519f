import type { SourceRow } from '../sources/source.js'
import { toConcept, toConcepts } from './concept.js'
import { contextOf } from './context.js'
import { toDevice } from './device.js'
import { doubtsOf } from './doubts.js'
import { type Effective, effectiveOf, instantMs } from './effective.js'
import { type Elements, readElements } from './elements.js'
import { valueFields } from './value.js'

export interface MapContext {
  /** Organisation number of this node. */
  readonly organization: string
  /** Name of the system that rows are read from. */
  readonly system: string
  /** Fields that policy left out of every row. */
  readonly leftOut?: readonly string[]
}

/** A stored row whose elements have been read and checked. */
export interface ReadRow {
  readonly row: SourceRow
  readonly elements: Elements
  /** When it claims to be measured; absent where no time was selected. */
  readonly measured: Effective | undefined
  readonly context: MapContext
}

/** @throws where the row is not what FHIR R4 says, or contradicts what it is sorted by: it is dropped alone */
export function readRow(row: SourceRow, context: MapContext): ReadRow {
  const elements = readElements(row.resource)
  const measured = effectiveOf(elements)
  if (measured && row.precision !== 'RECEIVED' && measured.startMs !== row.t) {
    throw new TypeError('sorted by another time')
  }
  return { row, elements, measured, context }
}

/** FHIR's spelling of a status in the contract's: `entered-in-error` → `ENTERED_IN_ERROR`. */
export const contractStatus = (status: string): string => status.toUpperCase().replaceAll('-', '_')

/** Fields of the contract's Observation. Each runs only where it is selected. */
export const observationFields = {
  ...Object.fromEntries(
    Object.entries(valueFields).map(([name, field]) => [
      name,
      ({ elements }: ReadRow, args: { readonly unit: string }) => field(elements, args),
    ]),
  ),
  id: ({ row }: ReadRow) => row.id,
  identifier: ({ elements }: ReadRow) =>
    (elements.identifier ?? []).filter(({ value }) => value !== undefined),
  version: ({ row }: ReadRow) => row.version,
  status: ({ elements }: ReadRow) => elements.status && contractStatus(elements.status),
  possibleDuplicateOf: () => [],
  category: ({ elements }: ReadRow) => toConcepts(elements.category),
  effective: (read: ReadRow) => effective(read),
  effectiveEnd: ({ measured }: ReadRow) => measured?.end,
  effectivePrecision: ({ row }: ReadRow) => row.precision,
  timeSuspect: ({ row }: ReadRow) => row.precision === 'RECEIVED',
  issued: ({ elements }: ReadRow) => instant(elements.issued),
  component: ({ elements }: ReadRow) => elements.component ?? [],
  doubts: ({ elements }: ReadRow) => doubtsOf(elements),
  context: ({ elements }: ReadRow) => contextOf(elements),
  device: ({ row, elements }: ReadRow) => toDevice(elements.device, row.device),
  bodySite: ({ elements: { bodySite } }: ReadRow) => bodySite && toConcept(bodySite),
  method: ({ elements: { method } }: ReadRow) => method && toConcept(method),
  note: ({ elements }: ReadRow) => (elements.note ?? []).map(toAnnotation),
  provenance: (read: ReadRow) => [toProvenance(read)],
  conflict: () => false,
  withheldFields: ({ context }: ReadRow) => context.leftOut ?? [],
}

const effective = ({ row, measured }: ReadRow): string | undefined =>
  row.precision === 'RECEIVED' ? iso(row.t) : measured?.start

const toAnnotation = (note: NonNullable<Elements['note']>[number]) => ({
  text: note.text,
  time: instant(note.time),
  authorText: note.authorString ?? note.authorReference?.display,
})

function toProvenance(read: ReadRow) {
  const { row, elements, measured, context } = read
  return {
    organization: { number: row.owner },
    source: { number: context.organization },
    id: row.id,
    pointOfCare: row.pointOfCare === undefined ? undefined : { number: row.pointOfCare },
    system: row.system ?? context.system,
    authorKind: row.authorKind,
    // What the source claims, also where that is not believed enough to sort by it.
    measured: measured?.start ?? effective(read),
    recorded: iso(row.receivedMs),
    profile: elements.meta?.profile ?? [],
    version: row.version,
    superseded: false,
  }
}

/** FHIR allows a bare date where the contract has an instant; such a one is left out. */
const instant = (text: string | undefined): string | undefined =>
  text !== undefined && instantMs(text) !== undefined ? text : undefined

const iso = (ms: number): string => new Date(ms).toISOString()
