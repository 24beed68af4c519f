import type { GraphQLDataSource } from '@apollo/gateway'
import type { Logger } from '@kilde/service'
import type { GraphQLFormattedError } from 'graphql'
import { GatewayError, type GatewayErrorCode } from '../errors.js'
import { createFetchReader, type PlannedFetch } from './planned-fetch.js'
import { type DistinctRepresentations, distinct, spread, spreadErrors } from './representations.js'
import {
  InvalidSubgraphAnswer,
  readSubgraphAnswer,
  type SubgraphAnswer,
  subgraphError,
} from './subgraph-answer.js'
import { type SubgraphClient, UnreadableSubgraph } from './subgraph-client.js'
import type { Subgraph } from './supergraph.js'

/** What an ordinary subgraph's fetches need of the request that they belong to. */
export interface SubgraphContext {
  readonly asked: {
    readonly traceparent: string | undefined
    /** Headers of the client that some subgraph is to get, by lower-case name. */
    readonly forwarded?: Readonly<Record<string, string>>
    /** Aborts when the client leaves. */
    readonly signal: AbortSignal
    /** Where it is noted what was asked of a patient. */
    readonly trail?: { noteOther(fields: readonly string[]): void }
  }
}

export interface SubgraphSourceOptions {
  readonly subgraph: Subgraph
  readonly client: SubgraphClient
  /** Whole time for one fetch (milliseconds). */
  readonly timeoutMs: number
  /** Names of the client's headers that this subgraph gets, in lower case. */
  readonly headers: readonly string[]
  readonly logger: Logger
}

type Process = GraphQLDataSource['process']
type Request = Parameters<Process>[0]['request']

/**
 * An ordinary subgraph over HTTP. It is asked once for each thing, within one deadline; of the client it learns the operation,
 * the trace and the headers that were chosen for it, never the token; of its words only data get out.
 */
export function createSubgraphSource(options: SubgraphSourceOptions): GraphQLDataSource {
  const readFetch = createFetchReader()
  const process: Process = async ({ request, context, ...at }) => {
    const { asked } = context as unknown as SubgraphContext
    const fetch = readFetch(request.query ?? '')
    const join = joinOf(request)
    asked.trail?.noteOther(fetch.entityFields)
    const deadline = AbortSignal.timeout(options.timeoutMs)
    try {
      const response = await options.client.post(options.subgraph, {
        body: Buffer.from(JSON.stringify(question(request, join))),
        headers: headersFor(options, asked),
        signal: AbortSignal.any([deadline, asked.signal]),
      })
      const answer = readSubgraphAnswer(response, fetch, join?.representations.length)
      return join ? joined(answer, join) : shaped(answer.data, answer.errors)
    } catch (fault) {
      const code = deadline.aborted ? 'SUBGRAPH_TIMED_OUT' : codeOf(fault)
      log(options, code, fault)
      const path = 'pathInIncomingRequest' in at ? at.pathInIncomingRequest : undefined
      return shaped(null, failures(code, fetch, path))
    }
  }
  return { process }
}

function joinOf({ variables }: Request): DistinctRepresentations | undefined {
  const representations: unknown = variables?.['representations']
  return Array.isArray(representations) ? distinct(representations) : undefined
}

function question(
  { query, operationName, variables = {} }: Request,
  join: DistinctRepresentations | undefined,
) {
  const asked = join ? { ...variables, representations: join.representations } : variables
  return { query, variables: asked, ...(operationName ? { operationName } : {}) }
}

function headersFor(
  { headers }: SubgraphSourceOptions,
  { forwarded = {}, traceparent }: SubgraphContext['asked'],
): Record<string, string> {
  const chosen = headers.flatMap((name) => {
    const value = forwarded[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries(chosen), ...(traceparent === undefined ? {} : { traceparent }) }
}

function joined({ data, errors }: SubgraphAnswer, join: DistinctRepresentations) {
  const entities: unknown = data?.['_entities']
  const whole = Array.isArray(entities) ? { ...data, _entities: spread(entities, join) } : null
  return shaped(whole, spreadErrors(errors, join))
}

/** Extensions are left out: Apollo reads traces of its vendor from them. */
function shaped(
  data: SubgraphAnswer['data'],
  errors: readonly GraphQLFormattedError[],
): Awaited<ReturnType<Process>> {
  return { data, ...(errors.length > 0 ? { errors: errors as never } : {}) }
}

function codeOf(fault: unknown): GatewayErrorCode {
  if (fault instanceof GatewayError) return fault.code
  if (fault instanceof InvalidSubgraphAnswer || fault instanceof UnreadableSubgraph) {
    return 'SUBGRAPH_INVALID'
  }
  const tooLarge = (fault as { code?: unknown })?.code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE'
  return tooLarge ? 'SUBGRAPH_INVALID' : 'SUBGRAPH_UNREACHABLE'
}

/** An error for each field that is thereby missing; what is thrown would have no path at all. */
function failures(
  code: GatewayErrorCode,
  { roots }: PlannedFetch,
  path: readonly (string | number)[] = [],
): GraphQLFormattedError[] {
  if (roots[0] !== '_entities') return roots.map((key) => subgraphError(code, [key]))
  // Below a list it would have to be said of each row.
  return [subgraphError(code, path.includes('@') ? undefined : ['_entities', 0])]
}

function log({ subgraph, logger }: SubgraphSourceOptions, code: string, fault: unknown): void {
  const cause = fault instanceof Error ? fault.name : 'unknown'
  logger.warn({ subgraph: subgraph.name, code, cause }, 'a subgraph did not answer')
}
