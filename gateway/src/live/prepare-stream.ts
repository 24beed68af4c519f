import { type GraphQLSchema, getOperationAST, getVariableValues, validate } from 'graphql'
import { GatewayError } from '../errors.js'
import type { Contract } from '../merge/contract.js'
import { Plans } from '../merge/plans.js'
import type { Prepare } from '../path/prepare.js'
import type { Asked, Fetch } from '../path/stage.js'
import { asQuery } from './as-query.js'

export interface PrepareStreamParts {
  readonly contract: Contract
  readonly prepare: Prepare
  /** What clients may ask. */
  readonly schema: () => GraphQLSchema | undefined
  /** Whether errors may name what of the schema the client did not. */
  readonly showsSchema: boolean
}

/**
 * What a subscription asks, validated and planned as a query of the same fields. Apollo, which does this for queries, refuses subscriptions.
 * @throws GatewayError `REQUEST_MALFORMED`, `STREAM_OF_LISTS_ONLY`, …
 */
export function createPrepareStream(parts: PrepareStreamParts): (asked: Asked) => Fetch {
  const { contract, prepare, showsSchema } = parts
  const plans = new Plans(contract)
  return (asked) => {
    const schema = parts.schema()
    if (!schema) throw new Error('The gateway has no schema')
    const { document, name, variables } = asked.operation
    const [fault] = validate(schema, document, undefined, { maxErrors: 1 })
    if (fault)
      throw malformed(showsSchema ? fault.message : 'The operation does not fit the schema.')
    const query = asQuery(document)
    const definitions = getOperationAST(query, name)?.variableDefinitions ?? []
    const { coerced } = getVariableValues(schema, definitions, { ...variables }, { maxErrors: 1 })
    if (!coerced) throw malformed('A variable does not fit its type.')
    const fetch = prepare(asked, plans.planOf(query, name, coerced), coerced)
    const isOfLists = fetch.fields.every(({ list }) => list && list.args.after === undefined)
    if (fetch.fields.length === 0 || !isOfLists) throw new GatewayError('STREAM_OF_LISTS_ONLY')
    return fetch
  }
}

const malformed = (text: string): GatewayError => new GatewayError('REQUEST_MALFORMED', { text })
