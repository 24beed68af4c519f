import { executeSync } from 'graphql'
import { jsonReply } from '../http/reply.js'
import { contractSchema } from '../question/schema.js'
import type { AskedOfContract, Reply } from './stage.js'

/** Answers from the contract alone: its SDL and its types, which are public. */
export function describe({ question }: AskedOfContract): Reply {
  const { document, name, variables } = question.operation
  const result = executeSync({
    schema: contractSchema,
    document,
    operationName: name,
    variableValues: variables,
  })
  return jsonReply(200, JSON.stringify(result))
}
