import type { PatientIdentifier } from '@kilde/contract'
import type { AccessLogSource } from '../../access-log/access-log.js'
import type { Telling } from '../../access-log/sentence.js'
import type { Sight } from '../../access-log/sight.js'
import type { MapContext } from '../../map/observation.js'
import type { Source } from '../../sources/source.js'
import type { CatalogueAge, Edge } from '../connection.js'

/** One field of `Patient` in a question: what stands in the document, coerced by the contract's types. */
export interface FieldRequest<T> {
  /** Its name in the answer. */
  readonly key: string
  readonly args: T
  readonly patient: PatientIdentifier
  /** Every field selected below it, as `Type.field`. */
  readonly selected: ReadonlySet<string>
  /** Organisation number of this node. */
  readonly organization: string
  /** Most rows that it may read to fold them. */
  readonly foldedRows: number
}

/** What is to be read for a field. Nothing was read yet. */
export interface AskedField {
  /** Class of data, for the access log: the FHIR resource that it is of. */
  readonly dataClass: string
  /** Rejects where the source cannot answer; `signal` ends the wait. */
  read(source: Sources, signal: AbortSignal, sight: Sight): Promise<FoundField>
}

/**
 * What is to be read for a field about several classes. A class that policy denies to the requester is not read; the field is denied
 * where all are.
 */
export interface AskedOfSeveral {
  readonly of: readonly AskedField[]
  /** One field of what was found, by class. */
  join(found: ReadonlyMap<string, FoundField>): FoundField
}

/** Classes of data that a field is about. */
export const classesAsked = (asked: AskedField | AskedOfSeveral): readonly string[] =>
  'of' in asked ? asked.of.map(({ dataClass }) => dataClass) : [asked.dataClass]

/** What fields are read from: the organisation's data, and its access logs. */
export type Sources = Source & AccessLogSource

/** What was read for a field. */
export interface FoundField {
  /** False where this organisation does not know the patient at all. */
  readonly known: boolean
  part(context: PartContext): Part
}

export interface PartContext extends MapContext, Pick<Telling, 'nameOf' | 'withoutPlaces'> {
  /** Digest of the patient with the question's salt, for cursors. */
  readonly patientDigest: string
  readonly catalogueAge: CatalogueAge
  /** Whether policy holds something of the field back, or never tells. */
  readonly withheld?: string
  /** Whether there is, or may be, a number of the patient that was not followed. */
  readonly linkUnknown?: boolean
}

/** A field's part of the answer. */
export interface Part {
  /** Rows of it that the contract's types may refuse, each by itself. */
  readonly edges: readonly Edge[]
  /** The field's object in the contract, of these of its edges. */
  content(edges: readonly Edge[]): object
  /** Ids of the rows that are disclosed where these of its edges are. */
  items(edges: readonly Edge[]): readonly string[]
  /** Whether something is missing where these of its edges are there. */
  isPartial(edges: readonly Edge[]): boolean
}

/** Fields of the rows that are selected, without the type's name. */
export const selectedOf = (type: string, selected: ReadonlySet<string>): readonly string[] =>
  [...selected].flatMap((field) =>
    field.startsWith(`${type}.`) ? field.slice(type.length + 1) : [],
  )
