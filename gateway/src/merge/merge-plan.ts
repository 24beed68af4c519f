import { below, collect, type Fragments, fieldsBelow, fragmentsOf } from '@kilde/contract'
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { GatewayError } from '../errors.js'
import { contractSchema, mergeStrategyOf, objectTypeOf, patientType } from './contract-schema.js'
import { passedVariables, writeSourceQuery } from './source-query.js'

/** A place in the operation that shows rows: `nodes { … }` or `edges { node { … } }`. Each gets its own alias at the nodes. */
export interface RowPlace {
  readonly alias: string
  readonly nodes: readonly FieldNode[]
}

/** One field that is merged over sources, e.g. `latest: observations(first: 2) { … }`. */
export interface UnionField {
  readonly responseKey: string
  readonly nodes: readonly FieldNode[]
  readonly field: GraphQLField<unknown, unknown>
  /** Type of the connection, of its edges and of its rows. */
  readonly connection: GraphQLObjectType
  readonly edge: GraphQLObjectType
  readonly row: GraphQLObjectType
  readonly places: readonly RowPlace[]
  readonly wantsCount: boolean
}

/** What a fetch of the `sharing` subgraph asks, compiled from the contract's directives. Holds nothing of a patient. */
export interface MergePlan {
  /** Response keys of `Query.patient`, each with the same fields below. */
  readonly patientKey: string
  readonly patientNodes: readonly FieldNode[]
  readonly fragments: Fragments
  readonly unions: readonly UnionField[]
  /** The operation that every source gets. */
  readonly sourceQuery: string
  /** Client variables that rows' fields use; passed on. */
  readonly passedVariables: readonly string[]
  /** Selected fields as `Type.field`, for the audit record. */
  readonly fields: readonly string[]
}

/**
 * Compiles the plan of one fetch. Plans are cached by document text, which holds no patient.
 * @throws GatewayError `UNSUPPORTED_FETCH` for what the contract cannot merge.
 */
export function compileMergePlan(document: DocumentNode): MergePlan {
  const operation = operationOf(document)
  const fragments = fragmentsOf(document)
  const query = contractSchema.getQueryType()
  if (!query) throw new Error('The contract has no Query')
  const [entry, ...others] = [...collect(query, [operation.selectionSet], fragments)]
  if (!entry || others.length > 0 || entry[1][0]?.name.value !== 'patient') {
    throw new GatewayError('UNSUPPORTED_FETCH', { detail: 'more than Query.patient' })
  }
  const [patientKey, patientNodes] = entry
  const unions = compileUnions(patientType, below(patientNodes), fragments)
  const passed = passedVariables(operation, unions, fragments)
  return {
    patientKey,
    patientNodes,
    fragments,
    unions,
    sourceQuery: writeSourceQuery(unions, passed, fragments),
    passedVariables: passed.map(({ variable }) => variable.name.value),
    fields: unions.flatMap(({ places, row }) => [
      ...fieldsBelow(
        row,
        places.flatMap(({ nodes }) => below(nodes)),
        fragments,
      ),
    ]),
  }
}

function operationOf(document: DocumentNode): OperationDefinitionNode {
  const operation = document.definitions.find(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION,
  )
  if (!operation) throw new GatewayError('UNSUPPORTED_FETCH', { detail: 'no operation' })
  return operation
}

function compileUnions(
  patient: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
  fragments: Fragments,
): UnionField[] {
  const unions: UnionField[] = []
  for (const [responseKey, nodes] of collect(patient, sets, fragments)) {
    const field = patient.getFields()[nodes[0]?.name.value ?? '']
    if (!field || mergeStrategyOf(field) === undefined) continue
    unions.push(compileUnion(responseKey, nodes, field, fragments, unions.length))
  }
  return unions
}

function compileUnion(
  responseKey: string,
  nodes: readonly FieldNode[],
  field: GraphQLField<unknown, unknown>,
  fragments: Fragments,
  index: number,
): UnionField {
  const connection = objectTypeOf(field)
  const edge = connection && objectTypeOf(connection.getFields()['edges'] ?? field)
  const rowField = edge?.getFields()['node']
  const row = rowField && objectTypeOf(rowField)
  if (mergeStrategyOf(field) !== 'UNION' || !connection || !edge || !row) {
    throw new GatewayError('UNSUPPORTED_FETCH', {
      detail: `Patient.${field.name} cannot be merged`,
    })
  }
  const selected = collect(connection, below(nodes), fragments)
  const places = rowPlaces(selected, edge, fragments, index)
  const wantsCount = [...selected.values()].some(([node]) => node?.name.value === 'totalCount')
  return { responseKey, nodes, field, connection, edge, row, places, wantsCount }
}

function rowPlaces(
  selected: ReadonlyMap<string, readonly FieldNode[]>,
  edge: GraphQLObjectType,
  fragments: Fragments,
  index: number,
): RowPlace[] {
  const places: RowPlace[] = []
  const add = (nodes: readonly FieldNode[]): void => {
    places.push({ alias: `r${index}_${places.length}`, nodes })
  }
  for (const nodes of selected.values()) {
    if (nodes[0]?.name.value === 'nodes') add(nodes)
    if (nodes[0]?.name.value !== 'edges') continue
    for (const inEdge of collect(edge, below(nodes), fragments).values()) {
      if (inEdge[0]?.name.value === 'node') add(inEdge)
    }
  }
  return places
}
