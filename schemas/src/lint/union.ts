import type { GraphQLObjectType } from 'graphql'
import { lintArguments, lintFilter } from './arguments.js'
import { lintRows, rowTypesOf } from './rows.js'
import { exposed, isAnswered, isOneOf, lacking, mergeOf, type Place, unfillable } from './shape.js'

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
    ...unfillable(
      where,
      connection,
      isAnswered('nodes', 'edges', 'pageInfo', 'totalCount', 'rivals', ...rivalMarks(connection)),
    ),
    ...lintRivals(where, connection, types.row),
    ...unfillable(where, types.edge, isOneOf('cursor', 'node')),
    ...lintArguments(place, { first: 'Int', after: 'Cursor', order: 'Order' }, ['filter']),
    ...lintFilter(place),
  ]
}

/** Strategies of a list that are made of its `rivals`. */
const RIVAL_MARKS: readonly unknown[] = ['MARK_RIVALS', 'MARK_UNCLAIMED']

const rivalMarks = (type: GraphQLObjectType): readonly string[] =>
  Object.values(type.getFields())
    .filter((field) => RIVAL_MARKS.includes(mergeOf(field).strategy))
    .map(({ name }) => name)

/** Rows of which a patient has one in force are compared by what each source sends of all of them, on whatever page they are. */
function lintRivals(
  where: string,
  connection: GraphQLObjectType,
  row: GraphQLObjectType,
): readonly string[] {
  const marks = rivalMarks(connection)
  const isUsed = marks.length > 0 || rivalMarks(row).length > 0
  if (!isUsed && !connection.getFields()['rivals']) return []
  return [
    ...lacking(where, connection, {
      rivals: '[Cursor!]!',
      ...Object.fromEntries(marks.map((name) => [name, 'Boolean!'])),
    }),
    ...exposed(where, connection, ['rivals']),
  ]
}
