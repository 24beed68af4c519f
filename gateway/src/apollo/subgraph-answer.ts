import type { GraphQLFormattedError } from 'graphql'
import { z } from 'zod'
import { type GatewayErrorCode, gatewayErrors } from '../errors.js'
import type { PlannedFetch } from './planned-fetch.js'
import type { SubgraphResponse } from './subgraph-client.js'

/** What a subgraph answered, with nothing of its own words left in it. */
export interface SubgraphAnswer {
  readonly data: Readonly<Record<string, unknown>> | null
  readonly errors: readonly GraphQLFormattedError[]
}

/** The answer is none to this fetch. */
export class InvalidSubgraphAnswer extends Error {}

const answerBody = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  // Each error is only counted and placed.
  errors: z.array(z.looseObject({ path: z.unknown().optional() })).nullish(),
})

/** More errors than this tell nobody anything. */
const MOST_ERRORS = 100

/**
 * Reads a subgraph's answer to a fetch.
 * @param entities how many entities must be in it; undefined for a fetch that is no join
 * @throws InvalidSubgraphAnswer
 */
export function readSubgraphAnswer(
  response: SubgraphResponse,
  fetch: PlannedFetch,
  entities: number | undefined,
): SubgraphAnswer {
  const read = answerBody.safeParse(parseJson(response.body))
  if (!read.success) throw new InvalidSubgraphAnswer('not the shape of an answer')
  const data = read.data.data ?? null
  const errors = (read.data.errors ?? []).slice(0, MOST_ERRORS)
  if (data === null && errors.length === 0) throw new InvalidSubgraphAnswer('empty')
  if (data && entities !== undefined && !hasEntities(data, entities)) {
    throw new InvalidSubgraphAnswer('not one entity for each representation')
  }
  return {
    data,
    errors: errors.map(({ path }) => subgraphError('SUBGRAPH_ERROR', pathIn(path, fetch))),
  }
}

function hasEntities({ _entities: list }: SubgraphAnswer['data'] & object, count: number): boolean {
  return (
    Array.isArray(list) &&
    list.length === count &&
    list.every(
      (entity) => entity === null || (typeof entity === 'object' && !Array.isArray(entity)),
    )
  )
}

/** An error of a subgraph as it may leave: where it is, and that it is one. */
export function subgraphError(
  code: GatewayErrorCode,
  path?: readonly (string | number)[],
): GraphQLFormattedError {
  return {
    message: gatewayErrors[code].text,
    ...(path === undefined ? {} : { path }),
    extensions: { code },
  }
}

/** A path is made of places of this very fetch, or it is not passed on: it is text of the subgraph as well. */
function pathIn(path: unknown, { keys }: PlannedFetch): (string | number)[] | undefined {
  if (!Array.isArray(path) || path.length === 0 || path.length > 100) return undefined
  const sound = path.every((step: unknown) =>
    typeof step === 'string' ? keys.has(step) : Number.isSafeInteger(step),
  )
  return sound ? (path as (string | number)[]) : undefined
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
