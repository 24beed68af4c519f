import { type GraphQLObjectType, getNamedType, isLeafType, isObjectType } from 'graphql'
import { lacking, objectBelow, type Place } from './shape.js'

/** The type that holds a list's `edges`, its edges and its rows, where the shape allows to find them. */
export interface RowTypes {
  readonly edge: GraphQLObjectType
  readonly row: GraphQLObjectType
}

/**
 * Rows in `edges { cursor node }` of `owner`: an object type with `id`, with one instant to sort by (a node's cursor carries
 * one) and something to know copies by.
 */
export function lintRows(place: Place, owner: GraphQLObjectType): readonly string[] {
  const { where, merge } = place
  const types = rowTypesOf(owner)
  if (typeof types === 'string') return [`${where} is a ${merge.strategy ?? ''}, but ${types}`]
  const { edge, row } = types
  return [
    ...lacking(where, owner, { edges: `[${edge.name}!]!` }),
    ...lacking(where, edge, { cursor: 'Cursor!', node: `${row.name}!` }),
    ...lacking(where, row, { id: 'ID!' }),
    ...lintOrder(place, row),
    ...lintKey(place, row),
  ]
}

/** Edge and row below `edges`, or what is wrong as the end of a sentence. */
export function rowTypesOf(owner: GraphQLObjectType): RowTypes | string {
  const edge = objectBelow(owner, 'edges')
  const node = edge?.getFields()['node']
  if (!edge?.getFields()['cursor'] || !node) return 'its type has no edges { cursor node }.'
  const row = getNamedType(node.type)
  if (isObjectType(row)) return { edge, row }
  return `its rows are of ${row.name}, which is no object type: a row’s type must be known before it is merged.`
}

function lintOrder(
  { where, merge: { orderBy } }: Place,
  row: GraphQLObjectType,
): readonly string[] {
  const [name] = orderBy
  if (name === undefined) return [`${where}: @merge(orderBy:) names no field.`]
  if (orderBy.length > 1) {
    return [`${where}: @merge(orderBy:) names several fields, but a cursor carries one instant.`]
  }
  const field = row.getFields()[name]
  if (!field) return [notThere(where, 'orderBy', name, row)]
  if (field.type.toString() === 'DateTime!') return []
  return [`${where}: @merge(orderBy:) names ${name}, which is no \`DateTime!\`.`]
}

function lintKey({ where, merge: { key } }: Place, row: GraphQLObjectType): readonly string[] {
  if (key.length === 0) return [`${where}: @merge(key:) names no field.`]
  return key.flatMap((name) => {
    const field = row.getFields()[name]
    if (!field) return [notThere(where, 'key', name, row)]
    const type = getNamedType(field.type)
    if (isLeafType(type) || type.name === 'Identifier') return []
    return [`${where}: @merge(key:) names ${name}, by which copies cannot be known.`]
  })
}

const notThere = (where: string, argument: string, name: string, type: GraphQLObjectType): string =>
  `${where}: @merge(${argument}:) names ${name}, which ${type.name} does not have.`
