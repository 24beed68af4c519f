import {
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { type Field, mergeOf } from './shape.js'

/**
 * What an object is in an answer. CONTENT is anything within a row or variant: it is shown as its source sent it.
 * ITEM is an entry of a list that is joined from all copies of a row.
 */
type Role = 'ROW' | 'ITEM' | 'VARIANT' | 'SINGLETON' | 'ENTRIES' | 'CONTENT'

/** Where each strategy makes sense besides the places that lint/union, latest, fold and prefer know, and its type. */
const ALLOWED: Readonly<Record<Role, Readonly<Record<string, string | undefined>>>> = {
  ROW: {
    UNION: undefined,
    MARK_CONFLICT: 'Boolean!',
    MARK_POSSIBLE_DUPLICATE: '[ID!]!',
    MARK_RIVALS: '[ID!]!',
  },
  ITEM: { MARK_SUPERSEDED: 'Boolean!', MARK_SOURCE: 'Organization!' },
  VARIANT: { MARK_SOURCE: 'Organization!' },
  SINGLETON: { MARK_CONFLICT: 'Boolean!' },
  ENTRIES: {},
  CONTENT: {},
}

/** One sentence for each `@merge` at or below a type that stands where the gateway would not carry it out. */
export function lintMarks(
  schema: GraphQLSchema,
  type: GraphQLObjectType,
  role: Role,
): readonly string[] {
  const seen = new Set<string>()
  const walk = (owner: GraphQLObjectType, as: Role): readonly string[] => {
    if (seen.has(`${as} ${owner.name}`)) return []
    seen.add(`${as} ${owner.name}`)
    return Object.values(owner.getFields()).flatMap((field) => [
      ...lintMark(owner, field, as),
      ...below(schema, field).flatMap((next) => walk(next, roleBelow(as, field))),
    ])
  }
  return walk(type, role)
}

function below(schema: GraphQLSchema, field: Field): readonly GraphQLObjectType[] {
  const type = getNamedType(field.type)
  if (isAbstractType(type)) return schema.getPossibleTypes(type)
  return isObjectType(type) ? [type] : []
}

function roleBelow(role: Role, field: Field): Role {
  if (role === 'SINGLETON' && field.name === 'variants') return 'VARIANT'
  if (role === 'ENTRIES' && field.name === 'items') return 'VARIANT'
  return role === 'ROW' && mergeOf(field).strategy === 'UNION' ? 'ITEM' : 'CONTENT'
}

function lintMark(owner: GraphQLObjectType, field: Field, role: Role): readonly string[] {
  const where = `${owner.name}.${field.name}`
  if (isPaged(field)) {
    return [`${where} is a list with pages inside a row: it can be merged only below Patient.`]
  }
  const { strategy } = mergeOf(field)
  if (strategy === undefined) return []
  if (!(strategy in ALLOWED[role]))
    return [`${where} has strategy ${strategy}, which means nothing there.`]
  if (strategy === 'UNION') return lintJoined(where, field)
  const expected = ALLOWED[role][strategy]
  return field.type.toString() === expected
    ? []
    : [`${where} has strategy ${strategy} and must be \`${expected}\`.`]
}

const isPaged = (field: Field): boolean => {
  const type = getNamedType(field.type)
  return isObjectType(type) && 'pageInfo' in type.getFields()
}

/** A list that is joined from all copies: each entry is marked with its source, so its type must be known. */
function lintJoined(where: string, field: Field): readonly string[] {
  const list = isNonNullType(field.type) ? field.type.ofType : field.type
  if (isListType(list) && isObjectType(getNamedType(list)) && !isListType(inner(list.ofType)))
    return []
  return [`${where} has strategy UNION and must be a list of one object type.`]
}

const inner = (type: unknown): unknown => (isNonNullType(type) ? type.ofType : type)
