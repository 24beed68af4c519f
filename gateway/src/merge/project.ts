import { below, collect, type Fragments, type Variables } from '@kilde/contract'
import type { GraphQLObjectType, SelectionSetNode } from 'graphql'
import { objectTypeOf } from './contract-schema.js'

/** Writes a plain object under the response keys of a selection: aliases, fragments, `__typename`. */
export function project(
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
  value: Readonly<Record<string, unknown>>,
  fragments: Fragments,
  variables: Variables,
): Record<string, unknown> {
  const written: Record<string, unknown> = {}
  for (const [key, nodes] of collect(type, sets, fragments, variables)) {
    const name = nodes[0]?.name.value ?? ''
    const field = type.getFields()[name]
    const next = field && objectTypeOf(field)
    const inner = value[name]
    if (name === '__typename') written[key] = type.name
    else if (!next) written[key] = inner ?? null
    else
      written[key] = projectEach(inner, (item) =>
        project(next, below(nodes), item, fragments, variables),
      )
  }
  return written
}

function projectEach(
  value: unknown,
  write: (item: Readonly<Record<string, unknown>>) => unknown,
): unknown {
  if (value === null || value === undefined) return null
  return Array.isArray(value)
    ? value.map((item) => write(item))
    : write(value as Record<string, unknown>)
}
