import {
  below,
  collect,
  type Fragments,
  fieldsBelow,
  type PatientIdentifier,
  type Variables,
} from '@kilde/contract'
import {
  type FieldNode,
  type GraphQLObjectType,
  getArgumentValues,
  isObjectType,
  type OperationDefinitionNode,
} from 'graphql'
import { OrganizationError } from '../errors.js'
import { elementsFor } from '../map/needs.js'
import type { PageQuestion } from '../sources/source.js'
import { conditionsOf, type ListArguments } from './arguments.js'
import { malformed } from './document.js'
import { contractSchema } from './schema.js'

const MAX_LISTS = 10

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

export interface ListContext {
  readonly fragments: Fragments
  readonly variables: Variables
  readonly organization: string
}

/** One list asked for: its name in the answer, what to read for it, and the fields of its rows for the access log. */
export interface AskedList {
  readonly key: string
  readonly question: PageQuestion
  readonly fields: readonly string[]
}

/** @throws OrganizationError `ARGUMENT_OUT_OF_RANGE`, `CURSOR_INVALID`, `DOCUMENT_TOO_LARGE` */
export function listsOf(patient: PatientRoot, context: ListContext): readonly AskedList[] {
  const { fragments, variables } = context
  const selected = collect(typeNamed('Patient'), below(patient.nodes), fragments, variables)
  const lists = [...selected].filter(([, [node]]) => node?.name.value === 'observations')
  if (lists.length > MAX_LISTS) throw new OrganizationError('DOCUMENT_TOO_LARGE')
  return lists.map(([key, nodes]) => listOf(key, nodes, patient.identifier, context))
}

function listOf(
  key: string,
  nodes: readonly FieldNode[],
  patient: PatientIdentifier,
  { fragments, variables, organization }: ListContext,
): AskedList {
  const connection = typeNamed('ObservationConnection')
  const all = [...fieldsBelow(connection, below(nodes), fragments, variables)]
  const ofRows = all.flatMap((field) => (field.startsWith('Observation.') ? field.slice(12) : []))
  const question: PageQuestion = {
    patient,
    ...conditionsOf(argumentsOf<ListArguments>('Patient', nodes, variables), organization),
    elements: elementsFor(ofRows),
    count: all.includes('ObservationConnection.totalCount'),
  }
  return { key, question, fields: all.filter((field) => !ENVELOPE.test(field)) }
}

/** What surrounds the rows says nothing about the patient's health by itself. */
const ENVELOPE =
  /^(ObservationConnection|ObservationEdge|PageInfo|TotalCount|Completeness|SourceReport)\./

function argumentsOf<T>(type: string, nodes: readonly FieldNode[], variables: Variables): T {
  const [node] = nodes
  const field = typeNamed(type).getFields()[node?.name.value ?? '']
  if (!node || !field) throw new TypeError('a validated field is not of the contract')
  return getArgumentValues(field, node, variables) as T
}

function typeNamed(name: string): GraphQLObjectType {
  const type = contractSchema.getType(name)
  if (!isObjectType(type)) throw new TypeError(`the contract has no type ${name}`)
  return type
}
