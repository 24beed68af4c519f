import { type GraphQLObjectType, getNamedType, isListType } from 'graphql'
import { lintArguments } from './arguments.js'
import { lintRows, rowTypesOf } from './rows.js'
import {
  exposed,
  isAnswered,
  isOneOf,
  lacking,
  objectBelow,
  type Place,
  unfillable,
} from './shape.js'

/** LATEST: one item for each code, with the row that is shown and, for the gateway, those that it is chosen from. */
export function lintLatest(place: Place, type: GraphQLObjectType): readonly string[] {
  const { where } = place
  const item = objectBelow(type, 'items')
  if (!item) return [`${where} is a LATEST, but its type has no items.`]
  return [
    ...lacking(where, type, { items: `[${item.name}!]!` }),
    ...lacking(where, item, { code: 'Code!', complete: 'Boolean!', newerMayExist: 'Boolean!' }),
    ...lintRows(place, item),
    ...lintShown(where, item),
    ...exposed(where, item, ['edges']),
    ...unfillable(where, type, isAnswered('items')),
    ...lintArguments(place, { codes: '[Code!]!' }),
  ]
}

/** The one field of an item in which the gateway shows the row that it chose. */
function lintShown(where: string, item: GraphQLObjectType): readonly string[] {
  const types = rowTypesOf(item)
  if (typeof types === 'string') return []
  const shown = shownRow(item, types.row)
  const names = shown.map(({ name }) => name)
  return [
    ...(shown.length === 1
      ? []
      : [
          `${where}: ${item.name} needs one field of type \`${types.row.name}\`, not ${shown.length}.`,
        ]),
    ...unfillable(where, item, isOneOf('code', 'complete', 'newerMayExist', 'edges', ...names)),
    ...unfillable(where, types.edge, isOneOf('cursor', 'node')),
  ]
}

const shownRow = (item: GraphQLObjectType, row: GraphQLObjectType) =>
  Object.values(item.getFields()).filter(
    ({ type }) => !isListType(type) && type.toString() === getNamedType(row).name,
  )
