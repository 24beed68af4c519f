import { ApolloServer } from '@apollo/server'
import type { ErrorTable, Logger } from '@kilde/service'
import type { DocumentNode } from 'graphql'
import { boundedStore } from './bounded-store.js'
import { maskError, quietLogger } from './mask-error.js'
import type { Federation, RunContext } from './run-context.js'

export interface ApolloOptions {
  readonly federation: Federation
  readonly logger: Logger
  /** Every code that may reach a client. */
  readonly errors: ErrorTable
  /** Whether clients may read the schema. Where not, errors do not tell of it either. */
  readonly showsSchema: boolean
}

/** Apollo Server as an executor only: no HTTP, no landing page, no persisted queries, no words of its own to a client. */
export function createApolloServer({
  federation,
  logger,
  errors,
  showsSchema,
}: ApolloOptions): ApolloServer<RunContext> {
  return new ApolloServer<RunContext>({
    gateway: federation,
    introspection: showsSchema,
    // «Did you mean …?» tells of what the client did not ask for.
    hideSchemaDetailsFromClientErrors: true,
    documentStore: boundedStore<DocumentNode>(),
    persistedQueries: false,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    nodeEnv: 'production',
    logger: quietLogger(logger),
    formatError: (formatted) => maskError(formatted, { errors, logger, showsSchema }),
  })
}
