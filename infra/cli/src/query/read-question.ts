import { readmeQuery } from '@kilde/demo'
import { redactNumbers } from '@kilde/service'
import { type DocumentNode, GraphQLError, type OperationDefinitionNode, parse } from 'graphql'
import { CliError } from '../errors.js'
import { readText } from '../files.js'
import type { Surroundings } from '../surroundings.js'
import { readPatient } from './read-patient.js'

export interface QuestionOptions {
  /** File with the document. Default: the README's query. */
  readonly file?: string
  /** Identifier, or `-` for standard input. */
  readonly patient?: string
  /** JSON object. */
  readonly variables?: string
  /** Which operation of the document. */
  readonly operation?: string
}

export interface Question {
  readonly query: string
  readonly document: DocumentNode
  readonly variables: Readonly<Record<string, unknown>>
  readonly operationName?: string
}

/** @throws CliError for whatever of it is wrong, before anybody is asked */
export async function readQuestion(
  options: QuestionOptions,
  surroundings: Surroundings,
  standard = { query: readmeQuery, name: 'the README’s query' },
): Promise<Question> {
  const { file, operation: operationName } = options
  const query = file === undefined ? standard.query : await readText(file, surroundings.folder)
  const document = parseDocument(query, file ?? standard.name)
  requireOperation(document, operationName)
  const variables = readVariables(options.variables)
  const question = { query, document, ...(operationName !== undefined && { operationName }) }
  if (options.patient === undefined) {
    requireNoPatient(question, variables)
    return { ...question, variables }
  }
  checkPatientFits(question, variables)
  const identifier = await readPatient(options.patient, surroundings)
  return { ...question, variables: { ...variables, identifier } }
}

function parseDocument(query: string, name: string): DocumentNode {
  try {
    return parse(query, { noLocation: true })
  } catch (cause) {
    if (!(cause instanceof GraphQLError)) throw cause
    const [place] = cause.locations ?? []
    const text = `${name}:${place?.line ?? 1}:${place?.column ?? 1}: ${cause.message}`
    throw new CliError('DOCUMENT_MALFORMED', { text: redactNumbers(text) })
  }
}

function readVariables(text: string | undefined): Readonly<Record<string, unknown>> {
  if (text === undefined) return {}
  const fault = (cause?: unknown): CliError =>
    new CliError('USAGE', {
      cause,
      text: '--variables takes a JSON object, e.g. \'{"first": 10}\'.',
    })
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw fault()
    return value as Readonly<Record<string, unknown>>
  } catch (cause) {
    throw cause instanceof CliError ? cause : fault(cause)
  }
}

type Draft = Pick<Question, 'document' | 'operationName'>

function requireOperation(document: DocumentNode, name: string | undefined): void {
  const names = operationsOf(document).map((node) => node.name?.value ?? '(unnamed)')
  if (name === undefined && names.length === 1) return
  if (name !== undefined && names.includes(name)) return
  const text =
    names.length === 0
      ? 'The document holds no operation.'
      : `Name one of the document’s operations with --operation: ${names.join(', ')}.`
  throw new CliError('USAGE', { text })
}

const operationsOf = ({ definitions }: DocumentNode): readonly OperationDefinitionNode[] =>
  definitions.filter((node) => node.kind === 'OperationDefinition')

/** The operation's `$identifier`: undefined where it has none, else whether it must be given. */
function identifierNeed({ document, operationName }: Draft): boolean | undefined {
  const operation = operationsOf(document).find(
    ({ name }) => operationName === undefined || name?.value === operationName,
  )
  const variable = operation?.variableDefinitions?.find(
    (node) => node.variable.name.value === 'identifier',
  )
  return variable && variable.type.kind === 'NonNullType' && variable.defaultValue === undefined
}

function requireNoPatient(draft: Draft, variables: Readonly<Record<string, unknown>>): void {
  if (identifierNeed(draft) !== true || 'identifier' in variables) return
  throw new CliError('USAGE', {
    text: 'The query is about a patient: give --patient <identifier>, or --patient - and the identifier on standard input.',
  })
}

function checkPatientFits(draft: Draft, variables: Readonly<Record<string, unknown>>): void {
  if (identifierNeed(draft) === undefined) {
    const text = 'The operation has no variable $identifier that --patient could fill.'
    throw new CliError('USAGE', { text })
  }
  if ('identifier' in variables) {
    const text = 'Give the patient once: by --patient, or as `identifier` in --variables.'
    throw new CliError('USAGE', { text })
  }
}
