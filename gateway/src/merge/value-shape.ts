import { parseInstant } from '@kilde/contract'
import {
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { z } from 'zod'

/** What a value of a type must be like (GraphQL §6.4.3 CompleteValue), with every field of it. What else it holds is left out. */
function shapeOf(type: GraphQLOutputType): z.ZodType {
  if (isNonNullType(type)) return shapeOfNonNull(type.ofType)
  return shapeOfNonNull(type).nullable()
}

/** The fields of an object, but for those that the gateway sets itself. */
export function shapeOfObject(
  type: GraphQLObjectType,
  without: readonly string[] = [],
): z.ZodObject {
  const fields = Object.values(type.getFields()).filter(({ name }) => !without.includes(name))
  return z.object(Object.fromEntries(fields.map((field) => [field.name, shapeOf(field.type)])))
}

function shapeOfNonNull(type: GraphQLOutputType): z.ZodType {
  if (isListType(type)) return z.array(shapeOf(type.ofType))
  if (isObjectType(type)) return shapeOfObject(type)
  if (isLeafType(type)) return shapeOfLeaf(type)
  throw new Error('A value of an interface or union cannot be asked for whole')
}

function shapeOfLeaf(type: GraphQLLeafType): z.ZodType {
  if (isEnumType(type)) return z.enum(type.getValues().map(({ name }) => name))
  switch (type.name) {
    case 'Int':
      return z.int32()
    case 'Float':
    case 'Milliseconds':
      return z.number()
    case 'Boolean':
      return z.boolean()
    case 'DateTime':
      return z.string().refine((text) => parseInstant(text) !== undefined)
    case 'OrganizationNumber':
      return z.string().regex(/^\d{9}$/)
    default:
      return z.string()
  }
}

/** The whole of an object as a selection, without braces. */
export function printWhole(type: GraphQLObjectType, without: readonly string[] = []): string {
  return Object.values(type.getFields())
    .filter(({ name }) => !without.includes(name))
    .map(({ name, type: given }) => {
      const below = objectIn(given)
      return below ? `${name} { ${printWhole(below)} }` : name
    })
    .join(' ')
}

function objectIn(type: GraphQLOutputType): GraphQLObjectType | undefined {
  if (isNonNullType(type) || isListType(type)) return objectIn(type.ofType)
  return isObjectType(type) ? type : undefined
}
