import { InvalidPatientIdentifier, type PatientIdentifier } from '@kilde/contract'
import {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  type GraphQLObjectType,
  getArgumentValues,
  getVariableValues,
  isObjectType,
  type OperationDefinitionNode,
} from 'graphql'
import { OrganizationError } from '../errors.js'
import { elementsFor } from '../map/needs.js'
import type { PageQuestion } from '../sources/source.js'
import { conditionsOf, type ListArguments } from './arguments.js'
import { type QuestionBody, readBody } from './body.js'
import { type CheckedDocument, type DocumentCheck, malformed } from './document.js'
import { contractSchema } from './schema.js'
import { below, collect, type Fragments, fieldsBelow, type Variables } from './selection.js'

/** An operation, ready to be carried out over what is read for it. */
export interface Operation {
  readonly document: DocumentNode
  readonly name: string | undefined
  readonly variables: Variables
}

/** A question about the contract itself (introspection, `_service`): holds nothing of a patient. */
export interface ContractQuestion {
  readonly about: 'contract'
  readonly operation: Operation
}

/** A question about one patient. */
export interface PatientQuestion extends Pick<QuestionBody, 'salt' | 'deadlineMs'> {
  readonly about: 'patient'
  readonly operation: Operation
  readonly patient: PatientIdentifier
  /** The lists asked for, by their names in the answer. */
  readonly lists: ReadonlyMap<string, PageQuestion>
  /** Every selected field of the rows as `Type.field`, for the access log. */
  readonly fields: readonly string[]
}

/** Reads what a request asks. @throws OrganizationError that says what is wrong with it */
export function readQuestion(
  bytes: Uint8Array,
  check: DocumentCheck,
  organization: string,
): PatientQuestion | ContractQuestion {
  const body = readBody(bytes)
  const checked = check(body.query)
  const node = operationOf(checked, body.operationName)
  const variables = coerce(node, body.variables)
  const operation = {
    document: checked.document,
    name: body.operationName,
    variables: body.variables,
  }
  const entry = patientOf(node, checked.fragments, variables)
  if (!entry) return { about: 'contract', operation }
  const { identifier: patient } = argumentsOf<{ identifier: PatientIdentifier }>(
    'Query',
    entry,
    variables,
  )
  const lists = listsOf(entry, { fragments: checked.fragments, variables, organization, patient })
  return {
    about: 'patient',
    operation,
    patient,
    lists: new Map(lists.map(({ key, question }) => [key, question])),
    fields: [...new Set(lists.flatMap(({ fields }) => fields))].sort(),
    salt: body.salt,
    deadlineMs: body.deadlineMs,
  }
}

const MAX_LISTS = 10

function operationOf(
  { operations }: CheckedDocument,
  name: string | undefined,
): OperationDefinitionNode {
  const named = operations.filter((one) => name === undefined || one.name?.value === name)
  const [operation] = named
  if (operation && named.length === 1) return operation
  throw malformed('`operationName` must name the one operation to carry out.')
}

function coerce(operation: OperationDefinitionNode, inputs: Variables): Variables {
  const definitions = operation.variableDefinitions ?? []
  const { coerced, errors } = getVariableValues(contractSchema, definitions, inputs, {
    maxErrors: 1,
  })
  if (coerced) return coerced
  const [error] = errors
  const fault = identifierFaultIn(error)
  if (fault) throw new OrganizationError('PATIENT_IDENTIFIER_INVALID', { text: fault.message })
  throw malformed(error ? withoutValue(error) : 'A variable does not fit its type.')
}

/** graphql-js wraps what a scalar throws, once for the type and once for the variable. */
function identifierFaultIn(error: unknown): InvalidPatientIdentifier | undefined {
  if (error instanceof InvalidPatientIdentifier) return error
  return error instanceof GraphQLError ? identifierFaultIn(error.originalError) : undefined
}

/** graphql-js repeats the value that it got. */
function withoutValue({ message }: GraphQLError): string {
  const [name = 'A variable'] = message.match(/^Variable "\$\w+"/) ?? []
  const reason = message.slice(message.lastIndexOf('; ') + 1).trim()
  return message.includes('; ') ? `${name} is not valid: ${reason}` : message
}

/** The nodes of the one root field `patient`; undefined where only the contract itself is asked about. */
function patientOf(
  { operation, selectionSet }: OperationDefinitionNode,
  fragments: Fragments,
  variables: Variables,
): readonly FieldNode[] | undefined {
  if (operation !== 'query') throw malformed('Only queries are answered.')
  const roots = [...collect(typeNamed('Query'), [selectionSet], fragments, variables).values()]
  const isMeta = ([node]: readonly FieldNode[]): boolean =>
    node?.name.value.startsWith('__') ?? false
  const [first, ...others] = roots.filter((nodes) => !isMeta(nodes))
  const name = first?.[0]?.name.value
  if (name === undefined || (name === '_service' && others.length === 0)) return undefined
  if (name !== 'patient' || others.length > 0) throw new OrganizationError('ONE_PATIENT_ONLY')
  return first
}

interface ListContext {
  readonly fragments: Fragments
  readonly variables: Variables
  readonly organization: string
  readonly patient: PatientIdentifier
}

function listsOf(patientNodes: readonly FieldNode[], context: ListContext) {
  const { fragments, variables } = context
  const selected = collect(typeNamed('Patient'), below(patientNodes), fragments, variables)
  const lists = [...selected].filter(([, [node]]) => node?.name.value === 'observations')
  if (lists.length > MAX_LISTS) throw new OrganizationError('DOCUMENT_TOO_LARGE')
  return lists.map(([key, nodes]) => listOf(key, nodes, context))
}

function listOf(key: string, nodes: readonly FieldNode[], context: ListContext) {
  const { fragments, variables, organization, patient } = context
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
