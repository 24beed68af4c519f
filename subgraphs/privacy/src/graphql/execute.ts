import { readFileSync } from 'node:fs'
import { redactNumbers, toKildeError } from '@kilde/service'
import {
  buildSchema,
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  Kind,
  parse,
  specifiedRules,
  validate,
} from 'graphql'
import { z } from 'zod'
import { PrivacyError } from '../errors.js'
import type { Line } from '../path/index.js'
import type { Verified } from '../path/stage.js'
import { createRoot } from './root.js'

const Question = z.object({
  query: z.string().min(1).max(20_000),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
})

/** Answers a GraphQL question about the settings of the person in the token. */
export type Execute = (verified: Verified, body: unknown) => Promise<object>

export function createExecute(line: Line): Execute {
  const schema = buildSchema(readFileSync(new URL('./privacy.graphql', import.meta.url), 'utf8'))
  return async (verified, body) => {
    const read = Question.safeParse(body)
    if (!read.success) throw faulty('a JSON object with a text `query` is needed')
    const { query, variables, operationName } = read.data
    const document = parseDocument(query)
    const faults = validate(schema, document, specifiedRules, { maxErrors: 5 })
    if (faults.length > 0) throw faulty(faults.map(({ message }) => message).join(' '))
    const result = await execute({
      schema,
      document,
      rootValue: createRoot(line, verified),
      variableValues: variables ?? {},
      operationName: operationName ?? null,
    })
    return told(result)
  }
}

/** The first failure of ours decides: a half answer about settings would be taken for a whole one. */
function told({ data, errors = [] }: ExecutionResult): object {
  const [first] = errors
  if (!first) return { data }
  throw first.originalError ? toKildeError(first.originalError) : faulty(first.message)
}

function parseDocument(query: string): DocumentNode {
  // Numbers of persons are variables: a document may be kept and logged.
  if (/\d{11}/.test(query)) throw faulty('numbers of persons belong into variables')
  try {
    const document = parse(query, { maxTokens: 1_000, noLocation: true })
    requireOneField(document)
    return document
  } catch (error) {
    throw error instanceof GraphQLError ? faulty(error.message) : error
  }
}

/** One field for each operation, under whatever alias: one change, one record. */
function requireOneField({ definitions }: DocumentNode): void {
  for (const definition of definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue
    const { selections } = definition.selectionSet
    if (selections.length > 1 || selections[0]?.kind !== Kind.FIELD) {
      throw faulty('an operation has exactly one field of the root')
    }
  }
}

function faulty(what: string): PrivacyError {
  // The messages of graphql-js repeat words and values of the question.
  const text = redactNumbers(`The GraphQL request is not valid: ${what}`)
  return new PrivacyError('PRIVACY_INPUT', { text })
}
