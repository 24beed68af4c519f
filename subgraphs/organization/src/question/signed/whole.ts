import { mergeStrategyOf } from '../merge-strategy.js'
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
