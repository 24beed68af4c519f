import type { Variables } from '@kilde/contract'
import { getArgumentValues, getVariableValues, parse } from 'graphql'
import { countTokens } from './limits.js'
import { type Measures, measure } from './measure.js'
import { compileMergePlan } from './merge/compile-plan.js'
import { contract } from './merge/contract.js'
import { rowsOf } from './merge/cost.js'

/** Everything that the limits of a question count. */
export interface QuestionSize extends Measures {
  readonly characters: number
  readonly tokens: number
  /** Rows that it asks each organisation for; 0 where it asks about no patient. */
  readonly rows: number
}

/**
 * How large a query of the contract with one operation is: what docs/limits.md is made of.
 * @throws Error where the variables do not fit the query
 */
export function questionSize(source: string, variables: Variables): QuestionSize {
  const tokens = countTokens(source, Number.POSITIVE_INFINITY)
  const rows = /\bpatient\b/.test(source) ? rowsIn(source, variables) : 0
  return { characters: source.length, tokens, ...measure(parse(source)), rows }
}

function rowsIn(source: string, variables: Variables): number {
  const document = parse(source)
  const [operation] = document.definitions
  const definitions =
    (operation && 'variableDefinitions' in operation && operation.variableDefinitions) || []
  const { coerced, errors } = getVariableValues(contract.schema, definitions, variables)
  if (!coerced) throw new Error('the variables do not fit the query', { cause: errors })
  return compileMergePlan(contract, document, undefined, coerced).fields.reduce(
    (sum, field) => sum + rowsOf(field, getArgumentValues(field.field, field.node, coerced)),
    0,
  )
}
