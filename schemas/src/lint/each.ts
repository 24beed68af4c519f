import type { GraphQLObjectType } from 'graphql'
import { lintArguments } from './arguments.js'
import { isAnswered, lacking, mergeOf, objectBelow, type Place, unfillable } from './shape.js'

/** EACH: every source's entries, each with whose it is. */
export function lintEach(place: Place, type: GraphQLObjectType): readonly string[] {
  const { where, merge } = place
  const item = objectBelow(type, 'items')
  if (!item) return [`${where} is an EACH, but its type has no items.`]
  const needed = merge.classesFrom === undefined ? {} : { [merge.classesFrom]: '[String!]!' }
  return [
    ...lacking(where, type, { items: `[${item.name}!]!` }),
    ...unfillable(where, type, isAnswered('items')),
    ...lintSource(where, item),
    ...lintArguments(place, needed),
  ]
}

function lintSource(where: string, item: GraphQLObjectType): readonly string[] {
  const fields = Object.values(item.getFields())
  if (fields.some((field) => mergeOf(field).strategy === 'MARK_SOURCE')) return []
  return [
    `${where}: ${item.name} does not tell its source: it has no field with strategy MARK_SOURCE.`,
  ]
}
