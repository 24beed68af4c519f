import type { SourceRow } from '../sources/source.js'
import { toConcept, toConcepts } from './concept.js'
import { toDevice } from './device.js'
import { type Effective, effectiveOf, instantMs } from './effective.js'
import { type Elements, readElements } from './elements.js'
import { toValue } from './value.js'

export interface MapContext {
  /** Organisation number of this node. */
  readonly organization: string
  /** Name of the system that rows are read from. */
  readonly system: string
}

export type ContractObservation = ReturnType<typeof toObservation>

/**
 * A stored row as the contract shows it. Functions run only where their field is selected.
 * @throws where the row is not what FHIR R4 says, or contradicts what it is sorted by: it is dropped alone
 */
export function toObservation(row: SourceRow, context: MapContext) {
  const elements = readElements(row.resource)
  const time = timesOf(row, elements)
  const { bodySite, method } = elements
  return {
    ...toValue(elements),
    id: row.id,
    identifier: () =>
      (elements.identifier ?? []).flatMap(({ system, value }) =>
        value === undefined ? [] : [{ system, value }],
      ),
    version: row.version,
    status: () => elements.status?.toUpperCase().replaceAll('-', '_'),
    category: () => toConcepts(elements.category),
    ...time,
    issued: () => withOffset(elements.issued),
    component: () => (elements.component ?? []).map(toValue),
    device: () => toDevice(elements.device, row.device),
    bodySite: () => bodySite && toConcept(bodySite),
    method: () => method && toConcept(method),
    note: () => (elements.note ?? []).map(toAnnotation),
    provenance: () => [provenanceOf(row, elements, time, context)],
    conflict: false,
    withheldFields: [],
  }
}

function timesOf(row: SourceRow, elements: Elements) {
  const measured = effectiveOf(elements)
  const suspect = row.precision === 'RECEIVED'
  // The times are read only where they are selected; then they must be those that the row is sorted by.
  if (measured && !suspect && measured.startMs !== row.t)
    throw new TypeError('sorted by another time')
  return {
    effective: suspect ? iso(row.t) : measured?.start,
    effectiveEnd: measured?.end,
    effectivePrecision: row.precision,
    timeSuspect: suspect,
  }
}

const toAnnotation = (note: NonNullable<Elements['note']>[number]) => ({
  text: note.text,
  time: withOffset(note.time),
  authorText: note.authorString ?? note.authorReference?.display,
})

function provenanceOf(
  row: SourceRow,
  elements: Elements,
  time: ReturnType<typeof timesOf>,
  context: MapContext,
) {
  return {
    organization: { number: row.owner },
    source: { number: context.organization },
    id: row.id,
    pointOfCare: row.pointOfCare === undefined ? undefined : { number: row.pointOfCare },
    system: context.system,
    authorKind: row.authorKind,
    measured: measuredBy(effectiveOf(elements), time.effective),
    recorded: iso(row.receivedMs),
    profile: elements.meta?.profile ?? [],
    version: row.version,
    superseded: false,
  }
}

/** What the source claims, also where that is not believed enough to sort by it. */
const measuredBy = (claimed: Effective | undefined, sortedBy: string | undefined) =>
  claimed?.start ?? sortedBy

/** FHIR allows a bare date where the contract has an instant; such a one is left out. */
const withOffset = (text: string | undefined): string | undefined =>
  text !== undefined && instantMs(text) !== undefined ? text : undefined

const iso = (ms: number): string => new Date(ms).toISOString()
