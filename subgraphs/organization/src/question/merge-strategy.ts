import { type GraphQLField, Kind } from 'graphql'

/** What the contract says becomes of a field's values from several sources. */
export function mergeStrategyOf({ astNode }: GraphQLField<unknown, unknown>): string | undefined {
  const merge = astNode?.directives?.find(({ name }) => name.value === 'merge')
  const value = merge?.arguments?.find(({ name }) => name.value === 'strategy')?.value
  return value?.kind === Kind.ENUM ? value.value : undefined
}
