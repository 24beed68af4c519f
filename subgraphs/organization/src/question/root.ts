import {
  below,
  collect,
  type Fragments,
  fieldsBelow,
  MOST_LISTS,
  type PatientIdentifier,
  type Variables,
} from '@kilde/contract'
import {
  type FieldNode,
  type GraphQLObjectType,
  getArgumentValues,
  getNamedType,
  isObjectType,
  type OperationDefinitionNode,
} from 'graphql'
import { OrganizationError } from '../errors.js'
import { malformed } from './document.js'
import type { AskedField, AskedOfSeveral } from './fields/field.js'
import { patientFields } from './fields/index.js'
import { mergeStrategyOf } from './merge-strategy.js'
import { contractSchema } from './schema.js'

/** Most rows that all trends of a request together may read. */
const MAX_FOLDED_ROWS = 100_000

/** The one root field `patient`, with its identifier. */
export interface PatientRoot {
  readonly nodes: readonly FieldNode[]
  readonly identifier: PatientIdentifier
}

/** Undefined where only the contract itself is asked about. @throws OrganizationError `ONE_PATIENT_ONLY` */
export function patientOf(
  { operation, selectionSet }: OperationDefinitionNode,
  fragments: Fragments,
  variables: Variables,
): PatientRoot | undefined {
  if (operation !== 'query') throw malformed('Only queries are answered.')
  const roots = [...collect(typeNamed('Query'), [selectionSet], fragments, variables).values()]
  const isMeta = ([node]: readonly FieldNode[]): boolean =>
    node?.name.value.startsWith('__') ?? false
  const [nodes, ...others] = roots.filter((root) => !isMeta(root))
  const name = nodes?.[0]?.name.value
  if (!nodes || (name === '_service' && others.length === 0)) return undefined
  if (name !== 'patient' || others.length > 0) throw new OrganizationError('ONE_PATIENT_ONLY')
  return { nodes, ...argumentsOf<{ identifier: PatientIdentifier }>('Query', nodes, variables) }
}

export interface FieldContext {
  readonly fragments: Fragments
  readonly variables: Variables
  readonly organization: string
}

/** One field of `Patient` in the question. */
export interface SelectedField {
  /** Its name in the answer. */
  readonly key: string
  readonly field: AskedField | AskedOfSeveral
  /** As it stands in the document, for comparing it with what the requester signed. */
  readonly written: WrittenField
  /** Selected fields that tell something of the patient, for the access log. */
  readonly told: readonly string[]
}

/** A field of `Patient` in a document: its name in the contract, and its coerced arguments. */
export interface WrittenField {
  readonly name: string
  readonly args: Variables
  readonly nodes: readonly FieldNode[]
}

/** @throws OrganizationError `ARGUMENT_OUT_OF_RANGE`, `CURSOR_INVALID`, `DOCUMENT_MALFORMED`, `DOCUMENT_TOO_LARGE` */
export function fieldsOf(patient: PatientRoot, context: FieldContext): readonly SelectedField[] {
  const { fragments, variables } = context
  const selected = collect(typeNamed('Patient'), below(patient.nodes), fragments, variables)
  refuseWholes(selected.values())
  const asked = [...selected].filter(([, [node]]) => isPatientField(node?.name.value))
  if (asked.length > MOST_LISTS) throw new OrganizationError('DOCUMENT_TOO_LARGE')
  return asked.map(([key, nodes]) => fieldOf(key, nodes, patient.identifier, context, asked.length))
}

/** What the gateway makes of several fields is asked here by these fields: each class is decided on, read and recorded by itself. */
function refuseWholes(selected: Iterable<readonly FieldNode[]>): void {
  const fields = typeNamed('Patient').getFields()
  for (const [node] of selected) {
    const field = fields[node?.name.value ?? '']
    if (field && mergeStrategyOf(field) === 'PARTS')
      throw malformed(
        `Patient.${field.name} is the gateway's: ask a node for the fields that it is made of.`,
      )
  }
}

function fieldOf(
  key: string,
  nodes: readonly FieldNode[],
  patient: PatientIdentifier,
  { fragments, variables, organization }: FieldContext,
  fieldsInAll: number,
): SelectedField {
  const name = nodes[0]?.name.value
  const type = getNamedType(typeNamed('Patient').getFields()[name ?? '']?.type)
  const ask = isPatientField(name) ? patientFields[name] : undefined
  if (name === undefined || !ask || !isObjectType(type)) {
    throw new TypeError('not a field of Patient')
  }
  const selected = fieldsBelow(type, below(nodes), fragments, variables)
  const args = argumentsOf<Variables>('Patient', nodes, variables)
  const field = ask({
    key,
    args,
    ...{ patient, selected, organization },
    foldedRows: Math.floor(MAX_FOLDED_ROWS / fieldsInAll),
  })
  const written = { name, args, nodes }
  return { key, field, written, told: [...selected].filter((one) => !ENVELOPE.test(one)) }
}

/** Whether a field of `Patient` holds content. */
export const isPatientField = (name: string | undefined): name is string =>
  name !== undefined && Object.hasOwn(patientFields, name)

/** What surrounds the content says nothing about the patient's health by itself. */
const ENVELOPE =
  /^(\w+Connection|\w+Edge|PageInfo|TotalCount|Latest\w+|ObservationTrend|PatientName|Availability|Completeness|AppliedPolicy|SourceReport)\./

/** The arguments of a field of a valid document, coerced. */
export function argumentsOf<T>(type: string, nodes: readonly FieldNode[], variables: Variables): T {
  const [node] = nodes
  const field = typeNamed(type).getFields()[node?.name.value ?? '']
  if (!node || !field) throw new TypeError('a validated field is not of the contract')
  return getArgumentValues(field, node, variables) as T
}

/** An object type of the contract. */
export function typeNamed(name: string): GraphQLObjectType {
  const type = contractSchema.getType(name)
  if (!isObjectType(type)) throw new TypeError(`the contract has no type ${name}`)
  return type
}
