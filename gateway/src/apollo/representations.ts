import type { GraphQLFormattedError } from 'graphql'

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

/** Puts each entity where it was asked for, each time as an object of its own: Apollo writes into what it is given. */
export function spread(entities: Entities, { places }: DistinctRepresentations): unknown[] {
  const answer: unknown[] = []
  for (const [index, entity] of entities.entries()) {
    for (const [copy, place] of (places[index] ?? []).entries()) {
      answer[place] = copy === 0 ? entity : structuredClone(entity)
    }
  }
  return answer
}

/** An error of one entity is an error at each place where it was asked for. */
export function spreadErrors(
  errors: readonly GraphQLFormattedError[],
  { places }: DistinctRepresentations,
): GraphQLFormattedError[] {
  return errors.flatMap((error) => {
    const [entities, index, ...rest] = error.path ?? []
    if (entities !== '_entities' || typeof index !== 'number') return [error]
    return (places[index] ?? []).map((place) => ({ ...error, path: [entities, place, ...rest] }))
  })
}
