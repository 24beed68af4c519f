import { sharingSdl } from '@kilde/contract'
import {
  buildASTSchema,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  parse,
} from 'graphql'

/** How the gateway treats a field's values from several sources: the contract's `@merge` directive. */
export type MergeStrategy = 'UNION' | 'MARK_CONFLICT' | 'MARK_SUPERSEDED' | 'MARK_SOURCE'

/** Federation's own directives are of no use here, so the SDL is taken as it is, without its `@link` imports. */
export const contractSchema: GraphQLSchema = buildASTSchema(parse(sharingSdl), {
  assumeValidSDL: true,
})

export function mergeStrategyOf(field: GraphQLField<unknown, unknown>): MergeStrategy | undefined {
  const directive = field.astNode?.directives?.find(({ name }) => name.value === 'merge')
  const strategy = directive?.arguments?.find(({ name }) => name.value === 'strategy')?.value
  return strategy?.kind === 'EnumValue' ? (strategy.value as MergeStrategy) : undefined
}

/** The object type of a field, through lists and non-null; undefined for leaves. */
export function objectTypeOf(field: GraphQLField<unknown, unknown>): GraphQLObjectType | undefined {
  const type = getNamedType(field.type)
  return isObjectType(type) ? type : undefined
}

/** The type below which everything is merged. */
export const patientType: GraphQLObjectType = (() => {
  const type = contractSchema.getType('Patient')
  if (!isObjectType(type)) throw new Error('The contract has no type Patient')
  return type
})()
