import { type GraphQLField, type GraphQLObjectType, getNamedType } from 'graphql'
import { mergeKeyOf, mergeOrderOf, mergeStrategyOf, objectTypeOf } from './contract.js'

/** What a preferred value's type calls its parts, and what decides: read from the contract once. */
export interface PreferShape {
  readonly variant: GraphQLObjectType
  /** What variants are put in order by, the greatest first; text that is an instant is compared as one. */
  readonly order: readonly { readonly name: string; readonly isInstant: boolean }[]
  /** Fields of the value by which variants differ. */
  readonly key: readonly string[]
  /** Fields of a variant that name the organisation that answered. */
  readonly sources: readonly string[]
  /** Fields beside the value that say whether sources differ. */
  readonly conflicts: readonly string[]
}

/** @throws Error for a type that the contract lint refuses */
export function compilePreferShape(
  field: GraphQLField<unknown, unknown>,
  type: GraphQLObjectType,
): PreferShape {
  const variants = type.getFields()['variants']
  const variant = variants && objectTypeOf(variants)
  if (!variant) throw new Error(`${type.name} has no variants`)
  return {
    variant,
    order: mergeOrderOf(field).map((name) => ({ name, isInstant: isInstant(variant, name) })),
    key: mergeKeyOf(field),
    sources: marked(variant, 'MARK_SOURCE'),
    conflicts: marked(type, 'MARK_CONFLICT'),
  }
}

function isInstant(type: GraphQLObjectType, name: string): boolean {
  const field = type.getFields()[name]
  return field !== undefined && getNamedType(field.type).name === 'DateTime'
}

const marked = (type: GraphQLObjectType, strategy: string): readonly string[] =>
  Object.values(type.getFields())
    .filter((field) => mergeStrategyOf(field) === strategy)
    .map(({ name }) => name)
