import { ApolloServer } from '@apollo/server'
import type { Logger } from '@kilde/service'
import type { DocumentNode } from 'graphql'
import { boundedStore } from '../apollo/bounded-store.js'
import { maskError, quietLogger } from '../apollo/mask-error.js'
import type { Federation } from '../apollo/run-context.js'
import { gatewayErrors } from '../errors.js'
import type { OrdinaryContext } from './run.js'

/** Apollo Server as an executor only, for an ordinary graph. */
export function createOrdinaryServer(
  federation: Federation,
  logger: Logger,
  showsSchema: boolean,
): ApolloServer<OrdinaryContext> {
  return new ApolloServer<OrdinaryContext>({
    gateway: federation,
    introspection: showsSchema,
    hideSchemaDetailsFromClientErrors: true,
    documentStore: boundedStore<DocumentNode>(),
    persistedQueries: false,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    nodeEnv: 'production',
    logger: quietLogger(logger),
    formatError: (formatted) =>
      maskError(formatted, { errors: gatewayErrors, logger, showsSchema }),
  })
}
