import { ApolloServerErrorCode } from '@apollo/server/errors'
import { type ErrorTable, type Logger, redactNumbers, serviceErrors } from '@kilde/service'
import type { GraphQLFormattedError } from 'graphql'

const NOT_FITTING = 'The operation does not fit the schema.'

/** Faults of the client's own operation that graphql-js and Apollo find; their texts say what and where. */
const CLIENT_FAULTS: ReadonlySet<unknown> = new Set([
  ApolloServerErrorCode.GRAPHQL_PARSE_FAILED,
  ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED,
  ApolloServerErrorCode.BAD_USER_INPUT,
  ApolloServerErrorCode.OPERATION_RESOLUTION_FAILURE,
  ApolloServerErrorCode.BAD_REQUEST,
])

export interface Masking {
  /** Every code that may reach a client. */
  readonly errors: ErrorTable
  readonly logger: Logger
  /** Whether a text may name what of the schema the client did not, e.g. the type of a field. */
  readonly showsSchema: boolean
}

/** Lets out what we throw on purpose and what is wrong with the client's operation; everything else is one fixed text. */
export function maskError(
  error: GraphQLFormattedError,
  { errors, logger, showsSchema }: Masking,
): GraphQLFormattedError {
  const { message, locations, path, extensions } = error
  const code = extensions?.['code']
  const place = { ...(locations ? { locations } : {}), ...(path ? { path } : {}) }
  if (typeof code === 'string' && CLIENT_FAULTS.has(code) && !showsSchema) {
    return { message: NOT_FITTING, ...place, extensions: { code } }
  }
  if (typeof code === 'string' && (Object.hasOwn(errors, code) || CLIENT_FAULTS.has(code))) {
    return { message: redactNumbers(message), ...place, extensions: { code } }
  }
  logger.error({ fault: redactNumbers(message) }, 'an operation failed unexpectedly')
  return { message: serviceErrors.INTERNAL.text, ...place, extensions: { code: 'INTERNAL' } }
}

/** Apollo's own log lines may quote a document or a value. */
export function quietLogger(logger: Logger) {
  const write = (level: 'info' | 'warn' | 'error') => (message?: unknown) =>
    logger[level]({ apollo: redactNumbers(String(message)).slice(0, 500) }, 'Apollo Server')
  return { debug: () => {}, info: () => {}, warn: write('warn'), error: write('error') }
}
