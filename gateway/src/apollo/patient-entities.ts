import { identifierToken, type PatientIdentifier, type Variables } from '@kilde/contract'
import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type VariableDefinitionNode,
  visit,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import { GatewayError } from '../errors.js'
import type { Operation } from '../path/stage.js'
import type { PatientHandles } from '../patient-handles.js'
import { type PatientField, patientField } from './patient-field.js'
import { copiesOf, MOST_ERRORS } from './representations.js'

/** A fetch of `sharing` as the planner makes it. */
export interface SharingFetch {
  readonly query: string
  readonly variables: Variables
}

interface JoinFetch extends SharingFetch {
  readonly variables: Variables & { readonly representations: readonly unknown[] }
}

/** Who joins back to a patient. */
export interface JoiningRequest {
  readonly operation: Operation
  readonly patient: PatientIdentifier | undefined
  readonly requester: { readonly subject: string }
}

/** A join to `sharing` by handles of patients, as a fetch of the one patient whom the request is about. */
export interface PatientJoin extends SharingFetch {
  /** Puts an answer to this fetch where the join wants it, each time as objects of their own. */
  spread(answer: PatientAnswer): EntitiesAnswer
}

interface AnswerError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions?: Readonly<Record<string, unknown>>
}

export interface PatientAnswer {
  readonly data?: { readonly patient?: unknown } | null
  readonly errors?: readonly AnswerError[]
}

export interface EntitiesAnswer {
  readonly data: { readonly _entities: readonly unknown[] }
  readonly errors?: readonly AnswerError[]
}

/**
 * Another subgraph may hold references to patients: handles, which it cannot open. What it refers to is answered where it is the
 * patient whom the request names, with the arguments that the request gave for that patient; whoever else it is, is not told.
 */
export function createPatientJoins(
  handles: Pick<PatientHandles, 'read'>,
): (fetch: JoinFetch, request: JoiningRequest) => PatientJoin {
  const queries = new LRUCache<string, string>({ max: 200 })
  return (fetch, request) => {
    const { representations } = fetch.variables
    checkPatients(representations, request, handles)
    const field = patientField(request.operation)
    const key = JSON.stringify([fetch.query, field.args.map(print), field.definitions.map(print)])
    const query = queries.get(key) ?? print(asPatientFetch(parse(fetch.query), field))
    queries.set(key, query)
    return {
      query,
      variables: { ...without(fetch.variables), ...prefixed(field, request.operation.variables) },
      spread: (answer) => spreadPatient(answer, representations.length),
    }
  }
}

const without = (variables: Variables): Variables =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => name !== 'representations'))

/** @throws GatewayError `ONE_PATIENT_ONLY` */
function checkPatients(
  representations: readonly unknown[],
  { patient, requester }: JoiningRequest,
  handles: Pick<PatientHandles, 'read'>,
): void {
  const asked = patient && identifierToken(patient)
  const isAsked = (representation: unknown): boolean => {
    const { id } = representation as { readonly id?: unknown }
    const meant = typeof id === 'string' ? handles.read(id, requester.subject) : undefined
    return meant !== undefined && identifierToken(meant) === asked
  }
  if (representations.every(isAsked)) return
  throw new GatewayError('ONE_PATIENT_ONLY', {
    text: 'The answer leads to a patient whom the operation does not ask about: each access is logged for its patient.',
  })
}

/** Not a name that a planner, or a client before it, is likely to give: the fetch has variables of its own. */
const PREFIX = 'kilde_patient_'

const prefixed = ({ definitions }: PatientField, variables: Variables): Variables =>
  Object.fromEntries(
    definitions.flatMap(({ variable: { name } }) =>
      name.value in variables ? [[PREFIX + name.value, variables[name.value]]] : [],
    ),
  )

const rename = <T extends ArgumentNode | VariableDefinitionNode>(node: T): T =>
  visit(node, {
    Variable: (variable) => ({
      ...variable,
      name: { ...variable.name, value: PREFIX + variable.name.value },
    }),
  })

/** `_entities(…) { ... on Patient { x } }` as `patient(…) { ... on Patient { x } }`. */
function asPatientFetch(fetch: DocumentNode, field: PatientField): DocumentNode {
  const operation = (node: OperationDefinitionNode): OperationDefinitionNode => ({
    ...node,
    variableDefinitions: [
      ...(node.variableDefinitions ?? []).filter(
        ({ variable }) => variable.name.value !== 'representations',
      ),
      ...field.definitions.map(rename),
    ],
    selectionSet: {
      kind: Kind.SELECTION_SET,
      selections: node.selectionSet.selections.map((selection) =>
        selection.kind === Kind.FIELD ? patientOf(selection, field) : selection,
      ),
    },
  })
  return {
    ...fetch,
    definitions: fetch.definitions.map((node) =>
      node.kind === Kind.OPERATION_DEFINITION ? operation(node) : node,
    ),
  }
}

const patientOf = (entities: FieldNode, { args }: PatientField): FieldNode => ({
  ...entities,
  name: { kind: Kind.NAME, value: 'patient' },
  arguments: args.map(rename),
})

/** The answer about the one patient, as the answers to so many references. */
export function spreadPatient({ data, errors }: PatientAnswer, count: number): EntitiesAnswer {
  const places = Array.from({ length: count }, (_, place) => place)
  return {
    data: { _entities: copiesOf(data?.patient ?? null, count) },
    ...(errors && {
      errors: errors
        .flatMap((error) => places.map((place) => moved(error, place)))
        .slice(0, MOST_ERRORS),
    }),
  }
}

function moved(error: AnswerError, place: number): AnswerError {
  const [root, ...rest] = error.path ?? []
  return root === 'patient' ? { ...error, path: ['_entities', place, ...rest] } : error
}
