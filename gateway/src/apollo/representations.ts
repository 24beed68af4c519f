import type { GraphQLFormattedError } from 'graphql'
import { GatewayError } from '../errors.js'

/** Distinct representations of an entity fetch, and where each was asked for. */
export interface DistinctRepresentations {
  readonly representations: readonly unknown[]
  /** For each distinct representation the places in the planner's list. */
  readonly places: readonly (readonly number[])[]
}

type Entities = readonly unknown[]

/** Apollo asks for one representation per row; a subgraph needs to be asked once for each thing. */
export function distinct(representations: readonly unknown[]): DistinctRepresentations {
  const places = new Map<string, number[]>()
  const asked: unknown[] = []
  for (const [index, representation] of representations.entries()) {
    const key = JSON.stringify(representation)
    const known = places.get(key)
    if (known) known.push(index)
    else {
      places.set(key, [index])
      asked.push(representation)
    }
  }
  return { representations: asked, places: [...places.values()] }
}

/** Most that copies may add to an answer (characters of JSON): how often a thing is in a list is for a subgraph to say. */
const MOST_COPIED = 67_108_864

/** More errors than this tell nobody anything. */
export const MOST_ERRORS = 1_000

/**
 * So many objects of one value: Apollo writes into what it is given.
 * @throws GatewayError `SUBGRAPH_INVALID` where they would fill the memory
 */
export function copiesOf(value: unknown, count: number): unknown[] {
  if (count < 2) return [value]
  const text = JSON.stringify(value)
  if (text.length * (count - 1) > MOST_COPIED) {
    throw new GatewayError('SUBGRAPH_INVALID', { detail: 'too many copies of one thing' })
  }
  return [value, ...Array.from({ length: count - 1 }, (): unknown => JSON.parse(text))]
}

/** Puts each entity where it was asked for, each time as an object of its own. */
export function spread(entities: Entities, { places }: DistinctRepresentations): unknown[] {
  const answer: unknown[] = []
  for (const [index, entity] of entities.entries()) {
    const asked = places[index] ?? []
    for (const [nth, copy] of copiesOf(entity, asked.length).entries()) {
      answer[asked[nth] ?? 0] = copy
    }
  }
  return answer
}

/** An error of one entity is an error at each place where it was asked for. */
export function spreadErrors(
  errors: readonly GraphQLFormattedError[],
  { places }: DistinctRepresentations,
): GraphQLFormattedError[] {
  const spreadOut = errors.flatMap((error) => {
    const [entities, index, ...rest] = error.path ?? []
    if (entities !== '_entities' || typeof index !== 'number') return [error]
    return (places[index] ?? []).map((place) => ({ ...error, path: [entities, place, ...rest] }))
  })
  return spreadOut.slice(0, MOST_ERRORS)
}
