import { buildSubgraphSchema } from '@apollo/subgraph'
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLSchema,
  parse,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql'
import { type RegistryContext, resolvers } from './resolvers.js'

export interface RegistryRequest {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>> | undefined
  readonly operationName?: string | undefined
}

export interface ExecutableRegistry {
  /** Executable by graphql-js with a {@link RegistryContext}. */
  readonly schema: GraphQLSchema
  /** Parses, validates and executes over a state in memory. Faults of the document come as `errors` without `data`. */
  execute(request: RegistryRequest, context: RegistryContext): Promise<ExecutionResult>
}

export interface ExecutableOptions {
  /** Rules besides those of GraphQL, e.g. a limit of depth. */
  readonly rules?: readonly ValidationRule[]
  /** Most tokens of a document. Default 2 000. */
  readonly maxTokens?: number
}

/**
 * The `registry` subgraph as data of one state: every row of an answer is looked up in memory, so naming a thousand
 * organisations costs no request.
 */
export function executableRegistry(
  sdl: string,
  { rules = [], maxTokens = 2_000 }: ExecutableOptions = {},
): ExecutableRegistry {
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers }])
  const prepare = (query: string): DocumentNode | readonly GraphQLError[] => {
    try {
      const document = parse(query, { maxTokens })
      const errors = validate(schema, document, [...specifiedRules, ...rules])
      return errors.length > 0 ? errors : document
    } catch (error) {
      if (error instanceof GraphQLError) return [error]
      throw error
    }
  }
  const documents = remember(prepare, 200)
  return {
    schema,
    async execute({ query, variables, operationName }, contextValue) {
      const document = documents(query)
      if (!('kind' in document)) return { errors: document }
      return execute({
        schema,
        document,
        contextValue,
        variableValues: variables ?? null,
        operationName: operationName ?? null,
      })
    },
  }
}

/** Planned queries come again and again with the same text; the oldest make room. */
function remember<T>(make: (key: string) => T, most: number): (key: string) => T {
  const known = new Map<string, T>()
  return (key) => {
    const value = known.get(key) ?? make(key)
    if (known.size >= most && !known.has(key)) {
      for (const oldest of known.keys()) {
        known.delete(oldest)
        break
      }
    }
    known.set(key, value)
    return value
  }
}
