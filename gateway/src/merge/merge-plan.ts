import { fragmentsOf, type Variables } from '@kilde/contract'
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  getOperationAST,
  Kind,
  visit,
} from 'graphql'
import { GatewayError } from '../errors.js'
import { DATA_CLASS } from '../path/data-class.js'
import { bytesOf } from '../rows/scan-json.js'
import { compileRow, type Reference, type Scan, type ScanParts } from '../rows/scan-value.js'
import { type Contract, dataClassOf, mergeStrategyOf, objectTypeOf } from './contract.js'
import { type PartStrategy, partStrategies } from './part-strategies.js'
import {
  type Below,
  fieldNames,
  type Reading,
  type Selection,
  select,
  strategyAt,
} from './select.js'
import { sourceAlias, writeSourceQuery } from './source-query.js'
import type { VariableNames } from './variable-names.js'

/** A place in the operation that shows rows, e.g. `nodes { … }`. Each gets an alias of its own at the sources. */
export interface RowPlace {
  readonly alias: string
  /** What stands before it in an edge: `,"r0_0":`. */
  readonly head: Uint8Array
  readonly fields: Selection
  readonly scan: Scan
}

interface Merged {
  readonly index: number
  /** What stands before it in a source's answer, where it comes first and where it does not. */
  readonly heads: { readonly first: Uint8Array; readonly next: Uint8Array }
  readonly responseKey: string
  readonly node: FieldNode
  readonly field: GraphQLField<unknown, unknown>
  readonly type: GraphQLObjectType
  /** By what class of data the organisations are located that are asked for it. */
  readonly dataClass: string
  /** What the client selected below the field. */
  readonly fields: Selection
}

/** Lists of rows: what a field with strategy UNION or LATEST shows. */
interface MergedRows extends Merged {
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
}

export interface LatestField extends MergedRows {
  readonly strategy: 'LATEST'
  /** The field of an item that shows the row, e.g. `observation`. */
  readonly shownAs: string
}

/** A field whose parts are small: read as objects, merged by a strategy of its own. */
export interface PartField extends Merged {
  readonly strategy: 'FOLD' | 'PREFER'
  readonly part: PartStrategy
}

export type MergedField = UnionField | LatestField | PartField

/** What stands below `patient`, in the order of the operation. */
export type PatientEntry =
  | { readonly key: string; readonly is: 'ID' | 'TYPENAME' }
  | { readonly key: string; readonly is: 'MERGED'; readonly index: number }

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
  /** What its variables are called, but for the client's. */
  readonly names: VariableNames
  /** Client variables that rows' fields use; passed on. */
  readonly passedVariables: readonly string[]
  /** Selected fields as `Type.field`, for the audit record. */
  readonly selected: readonly string[]
  /** Classes of data of the fields, each once; the contract's default where nothing but the handle is asked for. */
  readonly classes: readonly string[]
}

/**
 * Compiles the plan of one operation. `variables` decide `@skip` and `@include`, nothing else.
 * @throws GatewayError `UNSUPPORTED_FETCH` for what the contract cannot merge
 */
export function compileMergePlan(
  contract: Contract,
  document: DocumentNode,
  operationName: string | undefined,
  variables: Variables,
): MergePlan {
  const operation = getOperationAST(document, operationName)
  const query = contract.schema.getQueryType()
  if (!operation || !query) throw unsupported('no operation')
  const reading: Reading = { contract, fragments: fragmentsOf(document), variables }
  const root = select(query, [operation.selectionSet], reading)
  const patients = root.filter(({ name }) => name === 'patient')
  const [patient] = patients
  const others = root.filter(({ name }) => name !== 'patient' && name !== '__typename')
  const [patientNode] = patient?.nodes ?? []
  if (!patient?.field || !patientNode || patients.length > 1 || others.length > 0)
    throw unsupported('more than Query.patient')
  const below = objectOf(patient.below)
  const parts: ScanParts = { references: [], joins: 0 }
  const fields = compileFields(contract, below.fields, parts)
  return {
    contract,
    root: root.map(({ key }) => key),
    patientKey: patient.key,
    patientField: patient.field,
    patientNode,
    patient: entriesOf(below.fields, fields),
    fields,
    references: parts.references,
    ...writeSourceQuery(operation, fields),
    selected: fields.flatMap(selectedIn),
    classes: classesOf(fields),
  }
}

const classesOf = (fields: readonly MergedField[]): readonly string[] =>
  fields.length === 0 ? [DATA_CLASS] : [...new Set(fields.map(({ dataClass }) => dataClass))].sort()

const unsupported = (detail: string): GatewayError =>
  new GatewayError('UNSUPPORTED_FETCH', { detail })

function objectOf(below: Below | undefined): { readonly fields: Selection } {
  if (below?.kind !== 'OBJECT') throw unsupported('a patient that is no object')
  return below
}

function entriesOf(selection: Selection, fields: readonly MergedField[]): PatientEntry[] {
  return selection.map(({ key, name }) => {
    if (name === '__typename') return { key, is: 'TYPENAME' }
    if (name === 'id') return { key, is: 'ID' }
    return { key, is: 'MERGED', index: fields.findIndex(({ responseKey }) => responseKey === key) }
  })
}

function compileFields(contract: Contract, selection: Selection, parts: ScanParts): MergedField[] {
  const merged = selection.filter(({ name }) => name !== '__typename' && name !== 'id')
  return merged.map(({ key, field, nodes: [node], below }, index) => {
    if (!field || !node || below?.kind !== 'OBJECT') throw unsupported(`${key} cannot be merged`)
    const { type, fields } = below
    const alias = JSON.stringify(sourceAlias(index))
    const heads = { first: bytesOf(`${alias}:`), next: bytesOf(`,${alias}:`) }
    const dataClass = dataClassOf(field)
    const base: Merged = { index, heads, responseKey: key, node, field, type, dataClass, fields }
    switch (mergeStrategyOf(field) ?? '') {
      case 'UNION':
        return compileUnion(base, parts)
      case 'LATEST':
        return compileLatest(base, parts)
      case 'FOLD':
        return { ...base, strategy: 'FOLD', part: partStrategies.FOLD(field, type) }
      case 'PREFER':
        return { ...base, strategy: 'PREFER', part: partStrategies.PREFER(field, type) }
      default:
        throw unsupported(`${contract.patient.name}.${field.name} cannot be merged`)
    }
  })
}

function compileUnion(base: Merged, parts: ScanParts): UnionField {
  const edge = objectFieldType(base.type, 'edges')
  const row = objectFieldType(edge, 'node')
  const shown = base.fields.flatMap((selected) => {
    if (selected.name === 'nodes') return [selected.below]
    if (selected.name !== 'edges') return []
    return objectOf(selected.below).fields.flatMap(({ name, below }) =>
      name === 'node' ? [below] : [],
    )
  })
  const wantsCount = base.fields.some(({ name }) => name === 'totalCount')
  const rivalMarks = base.fields
    .filter((selected) => strategyAt(selected) === 'MARK_RIVALS')
    .map(({ name }) => name)
  const rows = placesOf(base, row, shown, parts)
  const marks = { ...rows.marks, rivals: rows.marks.rivals || rivalMarks.length > 0 }
  return { ...base, strategy: 'UNION', row, ...rows, marks, wantsCount, rivalMarks }
}

function compileLatest(base: Merged, parts: ScanParts): LatestField {
  const item = objectFieldType(base.type, 'items')
  const row = objectFieldType(objectFieldType(item, 'edges'), 'node')
  const shownAs = Object.values(item.getFields()).find((field) => objectTypeOf(field) === row)?.name
  if (shownAs === undefined) throw unsupported(`${base.field.name} shows no row`)
  const shown = base.fields
    .filter(({ name }) => name === 'items')
    .flatMap(({ below }) => objectOf(below).fields)
    .flatMap(({ name, below }) => (name === shownAs ? [below] : []))
  return { ...base, strategy: 'LATEST', row, shownAs, ...placesOf(base, row, shown, parts) }
}

function objectFieldType(type: GraphQLObjectType, name: string): GraphQLObjectType {
  const field = type.getFields()[name]
  const found = field && objectTypeOf(field)
  if (!found) throw unsupported(`${type.name}.${name} is no object`)
  return found
}

function placesOf(
  { index }: Merged,
  row: GraphQLObjectType,
  shown: readonly (Below | undefined)[],
  parts: ScanParts,
): Pick<MergedRows, 'places' | 'marks'> {
  const selections = shown.map((below) => objectOf(below).fields)
  const strategies = new Set(selections.flat().map(strategyAt))
  return {
    places: selections.map((fields, place) => {
      const alias = `r${index}_${place}`
      const scan = compileRow(row.name, fields, parts)
      return { alias, head: bytesOf(`,"${alias}":`), fields, scan }
    }),
    marks: {
      conflict: strategies.has('MARK_CONFLICT'),
      duplicates: strategies.has('MARK_POSSIBLE_DUPLICATE'),
      rivals: strategies.has('MARK_RIVALS'),
    },
  }
}

function selectedIn(merged: MergedField): readonly string[] {
  return 'places' in merged
    ? merged.places.flatMap(({ fields }) => fieldNames(merged.row, fields))
    : fieldNames(merged.type, merged.fields)
}

/** Names of the variables that decide `@skip` and `@include`: with other values of them, an operation has another plan. */
export function directiveVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>()
  visit(document, {
    Directive: (directive) => {
      for (const { value } of directive.arguments ?? []) {
        if (value.kind === Kind.VARIABLE) names.add(value.name.value)
      }
    },
  })
  return [...names].sort()
}
