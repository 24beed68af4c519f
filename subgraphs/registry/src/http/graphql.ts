import type { ExecutableRegistry } from '@kilde/catalogue'
import { redactNumbers } from '@kilde/service'
import type { FastifyInstance } from 'fastify'
import type { ExecutionResult } from 'graphql'
import { z } from 'zod'
import type { Register } from '../data/register.js'
import { RegistryError } from '../errors.js'
import { readJson } from './json-body.js'

const MAX_BODY_BYTES = 100_000

const Question = z.object({
  query: z.string().min(1),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
})

export interface GraphqlOptions {
  readonly register: Register
  readonly subgraph: ExecutableRegistry
}

/** The `registry` subgraph over HTTP. Who an organisation is, is public: it takes no token and holds no patient data. */
export function addGraphql(app: FastifyInstance, { register, subgraph }: GraphqlOptions): void {
  app.post('/graphql', { bodyLimit: MAX_BODY_BYTES }, async (request) => {
    const read = Question.safeParse(readJson(request))
    if (!read.success) throw faulty('a JSON object with a text `query` is needed')
    const { query, variables, operationName } = read.data
    const result = await subgraph.execute(
      { query, variables: variables ?? undefined, operationName: operationName ?? undefined },
      { state: register.current() },
    )
    if (result.data === undefined) throw faulty(messagesOf(result))
    return result.errors === undefined ? result : masked(result)
  })
}

function faulty(what: string): RegistryError {
  // The messages of graphql-js repeat words of the question.
  const text = redactNumbers(`The GraphQL request is not valid: ${what}`)
  return new RegistryError('REGISTRY_QUERY', { text })
}

function messagesOf({ errors = [] }: ExecutionResult): string {
  return errors
    .slice(0, 5)
    .map(({ message }) => message)
    .join(' ')
}

function masked({ data, errors = [] }: ExecutionResult): object {
  const told = errors.map(({ message, path }) => ({
    message: redactNumbers(message),
    path,
    extensions: { code: 'REGISTRY_QUERY' },
  }))
  return { data, errors: told }
}
