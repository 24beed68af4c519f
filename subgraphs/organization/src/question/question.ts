import { InvalidPatientIdentifier, type PatientIdentifier, type Variables } from '@kilde/contract'
import {
  type DocumentNode,
  GraphQLError,
  getVariableValues,
  type OperationDefinitionNode,
} from 'graphql'
import { OrganizationError } from '../errors.js'
import type { QuestionBody } from './body.js'
import { type CheckedDocument, type DocumentCheck, malformed } from './document.js'
import type { AskedField, AskedOfSeveral } from './fields/field.js'
import { fieldsOf, patientOf, type WrittenField } from './root.js'
import { contractSchema } from './schema.js'
import type { DocumentContext } from './signed/paths.js'

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
export interface PatientQuestion
  extends Pick<QuestionBody, 'salt' | 'deadlineMs' | 'trace'>,
    Partial<Pick<QuestionBody, 'live'>> {
  readonly about: 'patient'
  readonly operation: Operation
  readonly patient: PatientIdentifier
  /** The fields of `Patient` asked for, by their names in the answer. */
  readonly asked: ReadonlyMap<string, AskedField | AskedOfSeveral>
  /** The same as they stand in the document, and what is needed to read on below them. */
  readonly written: readonly WrittenField[]
  readonly below: DocumentContext
  /** Every selected field that tells something of the patient as `Type.field`, for the access log. */
  readonly fields: readonly string[]
}

/** Reads what a request asks. @throws OrganizationError that says what is wrong with it */
export function readQuestion(
  body: QuestionBody,
  check: DocumentCheck,
  organization: string,
): PatientQuestion | ContractQuestion {
  const checked = check(body.query)
  const node = operationOf(checked, body.operationName)
  const variables = coerce(node, body.variables)
  const { operationName: name, variables: inputs } = body
  const operation = { document: checked.document, name, variables: inputs }
  const root = patientOf(node, checked.fragments, variables)
  if (!root) return { about: 'contract', operation }
  const asked = fieldsOf(root, { fragments: checked.fragments, variables, organization })
  return {
    about: 'patient',
    operation,
    patient: root.identifier,
    asked: new Map(asked.map(({ key, field }) => [key, field])),
    written: asked.map(({ written }) => written),
    below: { fragments: checked.fragments, variables },
    fields: [...new Set(asked.flatMap(({ told }) => told))].sort(),
    salt: body.salt,
    deadlineMs: body.deadlineMs,
    trace: body.trace,
    live: body.live,
  }
}

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
