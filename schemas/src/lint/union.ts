import type { GraphQLObjectType } from 'graphql'
import { lintArguments, lintFilter } from './arguments.js'
import { lintRows, rowTypesOf } from './rows.js'
import { isAnswered, isOneOf, lacking, type Place, unfillable } from './shape.js'

/** UNION: a connection of rows, with pages. */
export function lintUnion(place: Place, connection: GraphQLObjectType): readonly string[] {
  const { where } = place
  const types = rowTypesOf(connection)
  if (typeof types === 'string') return lintRows(place, connection)
  const fields = connection.getFields()
  return [
    ...lintRows(place, connection),
    ...lacking(where, connection, {
      pageInfo: 'PageInfo!',
      ...(fields['nodes'] && { nodes: `[${types.row.name}!]!` }),
      ...(fields['totalCount'] && { totalCount: 'TotalCount!' }),
    }),
    ...unfillable(where, connection, isAnswered('nodes', 'edges', 'pageInfo', 'totalCount')),
    ...unfillable(where, types.edge, isOneOf('cursor', 'node')),
    ...lintArguments(place, { first: 'Int', after: 'Cursor', order: 'Order' }, ['filter']),
    ...lintFilter(place),
  ]
}
