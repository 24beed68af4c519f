import {
  below,
  collect,
  type Fragments,
  fragmentsOf,
  identifierToken,
  type PatientIdentifier,
  type Variables,
} from '@kilde/contract'
import { type Allowance, ContextError } from '@kilde/trust/context'
import {
  type DocumentNode,
  type FieldNode,
  getOperationAST,
  getVariableValues,
  isInputType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type TypeNode,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { argumentsOf, isPatientField, typeNamed, type WrittenField } from '../root.js'
import { contractSchema } from '../schema.js'
import { partsSigned } from './parts-signed.js'

/** The operation that a requester signed, as far as it concerns a node. */
export interface SignedOperation {
  /** `system|value` of the patient. */
  readonly patient: string
  /** Arguments of `patient` that choose sources. */
  readonly sources: readonly string[] | undefined
  readonly excludeSources: readonly string[]
  /** Fields of `Patient` by their names in the answer. */
  readonly fields: ReadonlyMap<string, WrittenField>
  readonly fragments: Fragments
  readonly variables: Variables
}

/** A signed operation, and what is left of it here. */
export interface SignedRequest extends SignedOperation {
  /** `jti` of the signature. */
  readonly id: string
  readonly allowance: Allowance
}

const shape = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().max(200).nullish(),
})

/** More than any gateway parses. */
const MAX_TOKENS = 20_000
/** By text, which holds no patient: a gateway refuses literals of people, and the contract's patient is a variable. */
const documents = new LRUCache<string, DocumentNode>({ max: 200, maxSize: 2_000_000 })

/**
 * Reads what a requester signed. The document is one for the gateway: it may hold fields of other subgraphs, which a node
 * passes over, for nobody can ask it for them.
 * @throws ContextError `BEYOND_SIGNATURE` where it asks nothing of one patient
 */
export const readSignedRequest = (body: string): SignedOperation => ofSigned(() => readSigned(body))

/**
 * Reads from a signed document, which nobody has validated: fields of other subgraphs may stand in it. What graphql-js throws of
 * a value that is none quotes it, a patient's number too: nothing of that is passed on.
 * @throws ContextError `BEYOND_SIGNATURE`
 */
export function ofSigned<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof ContextError ? error : beyond('not of the contract')
  }
}

function readSigned(body: string): SignedOperation {
  const read = shape.safeParse(parseJson(body))
  if (!read.success) throw beyond('no GraphQL request')
  const document = documentOf(read.data.query)
  const operation = getOperationAST(document, read.data.operationName)
  if (operation?.operation !== 'query') throw beyond('no query')
  const fragments = fragmentsOf(document)
  const variables = coerce(operation, read.data.variables ?? {})
  const root = patientOf(operation, fragments, variables)
  const args = argumentsOf<PatientArguments>('Query', root, variables)
  const selected = collect(typeNamed('Patient'), below(root), fragments, variables)
  const fields = [...selected].flatMap(([key, nodes]) => {
    const name = nodes[0]?.name.value
    if (!isPatientField(name)) return partsSigned(key, nodes, { fragments, variables })
    return [
      [key, { name, args: argumentsOf<Variables>('Patient', nodes, variables), nodes }] as const,
    ]
  })
  return {
    patient: identifierToken(args.identifier),
    sources: args.sources ?? undefined,
    excludeSources: args.excludeSources ?? [],
    fields: new Map(fields),
    fragments,
    variables,
  }
}

interface PatientArguments {
  readonly identifier: PatientIdentifier
  readonly sources?: readonly string[] | null
  readonly excludeSources?: readonly string[] | null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function documentOf(query: string): DocumentNode {
  const known = documents.get(query)
  if (known) return known
  try {
    const document = parse(query, { maxTokens: MAX_TOKENS, noLocation: true })
    documents.set(query, document, { size: query.length + 1 })
    return document
  } catch {
    throw beyond('no document')
  }
}

/** Variables of types that are not the contract's belong to other subgraphs. */
function coerce(operation: OperationDefinitionNode, inputs: Variables): Variables {
  const definitions = operation.variableDefinitions ?? []
  const own = definitions.filter(({ type }) => isInputType(contractSchema.getType(nameOf(type))))
  const { coerced } = getVariableValues(contractSchema, own, inputs, { maxErrors: 1 })
  if (!coerced) throw beyond('variables')
  return coerced
}

const nameOf = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type)

function patientOf(
  { selectionSet }: OperationDefinitionNode,
  fragments: Fragments,
  variables: Variables,
): readonly FieldNode[] {
  const roots = collect(typeNamed('Query'), [selectionSet], fragments, variables)
  const patients = [...roots.values()].filter(([node]) => node?.name.value === 'patient')
  const [patient] = patients
  if (!patient || patients.length > 1) throw beyond('not one patient')
  return patient
}

export const beyond = (detail: string): ContextError =>
  new ContextError('BEYOND_SIGNATURE', { detail })
