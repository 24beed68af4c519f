import type { FieldNode, GraphQLField, GraphQLObjectType } from 'graphql'
import type { Reference, Scan } from '../rows/scan.js'
import type { Contract } from './contract.js'
import type { PartStrategy, PartStrategyName } from './part-strategies.js'
import type { Selection } from './select.js'
import type { VariableNames } from './variable-names.js'

/** A place in the operation that shows rows, e.g. `nodes { … }`. Each gets an alias of its own at the sources. */
export interface RowPlace {
  readonly alias: string
  /** What stands before it in an edge: `,"r0_0":`. */
  readonly head: Uint8Array
  readonly fields: Selection
  readonly scan: Scan
}

export interface Merged {
  readonly index: number
  /** What stands before it in a source's answer, where it comes first and where it does not. */
  readonly heads: { readonly first: Uint8Array; readonly next: Uint8Array }
  readonly responseKey: string
  readonly node: FieldNode
  readonly field: GraphQLField<unknown, unknown>
  readonly type: GraphQLObjectType
  /** By what class of data the organisations are located that are asked for it. */
  readonly dataClass: string
  /** Its argument that names several classes instead. */
  readonly classesFrom: string | undefined
  /** Which part of a whole it is, by its name in the contract; absent where it stands below `patient` itself. */
  readonly ofWhole?: string
  /** What the client selected below the field. */
  readonly fields: Selection
}

/** Lists of rows: what a field with strategy UNION or LATEST shows. */
export interface MergedRows extends Merged {
  readonly row: GraphQLObjectType
  readonly places: readonly RowPlace[]
  /** Marks that take a look at the other rows of the page. */
  readonly marks: {
    readonly conflict: boolean
    readonly duplicates: boolean
    readonly rivals: boolean
  }
}

export interface UnionField extends MergedRows {
  readonly strategy: 'UNION'
  readonly wantsCount: boolean
  /** Fields of the list itself that say whether several of its rivals are in force. */
  readonly rivalMarks: readonly string[]
  /** Fields of the list itself that say whether none of its rivals is in force that should be. */
  readonly unclaimedMarks: readonly string[]
}

export interface LatestField extends MergedRows {
  readonly strategy: 'LATEST'
  /** The field of an item that shows the row, e.g. `observation`. */
  readonly shownAs: string
}

/** A field whose parts are small: read as objects, merged by a strategy of its own. */
export interface PartField extends Merged {
  readonly strategy: PartStrategyName
  readonly part: PartStrategy
}

export type MergedField = UnionField | LatestField | PartField

/** Several merged fields in one object, and what is told of them together. */
export interface PartsEntry {
  readonly key: string
  readonly is: 'PARTS'
  readonly type: GraphQLObjectType
  readonly fields: Selection
  /** Places of its parts among the merged fields, by their response keys. */
  readonly parts: ReadonlyMap<string, number>
  /** What the gateway makes of parts that it asks itself, by response keys. */
  readonly joins: ReadonlyMap<string, JoinEntry>
}

/** Rows with what statements say of them. */
export interface JoinEntry {
  /** Its name in the contract. */
  readonly name: string
  /** Of what statements name, the kind that `among` is. */
  readonly kind: string | undefined
  readonly type: GraphQLObjectType
  readonly fields: Selection
  /** Places of what it is made of among the merged fields, by the names of the parts. */
  readonly madeOf: ReadonlyMap<string, number>
}

/** What stands below `patient`, in the order of the operation. */
export type PatientEntry =
  | { readonly key: string; readonly is: 'ID' | 'TYPENAME' }
  | { readonly key: string; readonly is: 'MERGED'; readonly index: number }
  | PartsEntry

/** An operation for sources that has some of the merged fields. */
export interface SourceQuery {
  readonly text: string
  /** Places of its fields among the merged fields. */
  readonly fields: ReadonlySet<number>
}

/**
 * What an operation asks of `sharing`, compiled from the contract's directives, with everything made that is the same for
 * every request: query of the sources, check and writer of rows. Holds nothing of a patient.
 */
export interface MergePlan {
  readonly contract: Contract
  /** Response keys of the operation: `patient` once, the others are `__typename`. */
  readonly root: readonly string[]
  readonly patientKey: string
  readonly patientField: GraphQLField<unknown, unknown>
  readonly patientNode: FieldNode
  readonly patient: readonly PatientEntry[]
  readonly fields: readonly MergedField[]
  readonly references: readonly Reference[]
  /** The operation that every source gets. */
  readonly sourceQuery: string
  /** Where it is asked in several: these instead. Empty where it is not. */
  readonly apart: readonly SourceQuery[]
  /** What its variables are called, but for the client's. */
  readonly names: VariableNames
  /** Client variables that rows' fields use; passed on. */
  readonly passedVariables: readonly string[]
  /** Selected fields as `Type.field`, for the audit record. */
  readonly selected: readonly string[]
  /** Classes of data of the fields, each once; the contract's default where nothing but the handle is asked for. */
  readonly classes: readonly string[]
}
