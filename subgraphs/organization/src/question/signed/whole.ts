import { type GraphQLField, Kind } from 'graphql'
import { typeNamed } from '../root.js'

/**
 * True for a field whose value the gateway makes of parts by a rule over the whole value (a trend's folds, a name among its
 * variants): signing any content of it signs the parts that the contract makes it of.
 */
export function isSignedWhole(name: string): boolean {
  const field = typeNamed('Patient').getFields()[name]
  const strategy = field && mergeStrategyOf(field)
  return strategy === 'FOLD' || strategy === 'PREFER' || strategy === 'EACH'
}

/** What the contract says becomes of a field's values from several sources. */
export function mergeStrategyOf({ astNode }: GraphQLField<unknown, unknown>): string | undefined {
  const merge = astNode?.directives?.find(({ name }) => name.value === 'merge')
  const value = merge?.arguments?.find(({ name }) => name.value === 'strategy')?.value
  return value?.kind === Kind.ENUM ? value.value : undefined
}
