import {
  type GraphQLObjectType,
  getNamedType,
  isAbstractType,
  isLeafType,
  isObjectType,
} from 'graphql'
import { lintArguments } from './arguments.js'
import {
  type Field,
  isAnswered,
  lacking,
  mergeOf,
  objectBelow,
  type Place,
  unfillable,
} from './shape.js'

/** Types by whose values one variant can come before another. */
const ORDERED = new Set(['Int!', 'Float!', 'DateTime!', 'String!'])

/** PREFER: one value, and every source's variant of it beside it. */
export function lintPrefer(place: Place, type: GraphQLObjectType): readonly string[] {
  const { where } = place
  const variant = objectBelow(type, 'variants')
  const value = objectBelow(variant, 'value')
  if (!variant || !value) return [`${where} is a PREFER, but its type has no variants { value }.`]
  const known = isAnswered('value', 'variants')
  return [
    ...lacking(where, type, { value: value.name, variants: `[${variant.name}!]!` }),
    ...lacking(where, variant, { value: `${value.name}!` }),
    ...unfillable(where, type, (field) => known(field) || isConflict(field)),
    ...lintSource(where, variant),
    ...lintPrecedence(place, variant),
    ...lintDifference(place, value),
    ...lintAskable(where, value),
    ...lintArguments(place, {}),
  ]
}

const isConflict = (field: Field): boolean => mergeOf(field).strategy === 'MARK_CONFLICT'

function lintSource(where: string, variant: GraphQLObjectType): readonly string[] {
  const sources = Object.values(variant.getFields()).filter(
    (field) => mergeOf(field).strategy === 'MARK_SOURCE',
  )
  if (sources.length > 0) return []
  return [
    `${where}: ${variant.name} does not tell its source: it has no field with strategy MARK_SOURCE.`,
  ]
}

function lintPrecedence(
  { where, merge: { orderBy } }: Place,
  variant: GraphQLObjectType,
): readonly string[] {
  if (orderBy.length === 0) return [`${where}: @merge(orderBy:) names no field.`]
  return orderBy.flatMap((name) => {
    const field = variant.getFields()[name]
    if (!field)
      return [`${where}: @merge(orderBy:) names ${name}, which ${variant.name} does not have.`]
    if (ORDERED.has(field.type.toString())) return []
    return [
      `${where}: @merge(orderBy:) names ${name}, which is no number, instant or text that is always there.`,
    ]
  })
}

/** The fields by which it is known that two values differ. */
function lintDifference(
  { where, merge: { key } }: Place,
  value: GraphQLObjectType,
): readonly string[] {
  if (key.length === 0) return [`${where}: @merge(key:) names no field.`]
  return key.flatMap((name) => {
    const field = value.getFields()[name]
    if (!field) return [`${where}: @merge(key:) names ${name}, which ${value.name} does not have.`]
    if (isLeafType(getNamedType(field.type))) return []
    return [`${where}: @merge(key:) names ${name}, which cannot be compared.`]
  })
}

/** Sources are asked for the whole value, whatever of it a client selects: it must be finite, and without arguments. */
function lintAskable(
  where: string,
  type: GraphQLObjectType,
  above: readonly GraphQLObjectType[] = [],
): readonly string[] {
  if (above.includes(type))
    return [`${where}: ${type.name} holds itself and cannot be asked for whole.`]
  return Object.values(type.getFields()).flatMap((field) => {
    const below = getNamedType(field.type)
    if (field.args.length > 0 || isAbstractType(below)) {
      return [`${where}: ${type.name}.${field.name} cannot be asked for without knowing more.`]
    }
    return isObjectType(below) ? lintAskable(where, below, [...above, type]) : []
  })
}
