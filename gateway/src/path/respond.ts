import { jsonReply, type Reply } from '../http/reply.js'
import type { Answered } from './stage.js'

/** Lets an answer out. Its errors were masked where they were made; its audit record is durable by now. */
export function respond(answer: Answered): Reply {
  const { status, result, evidence } = answer
  return jsonReply(status, evidence ? evidence.appendedTo(result) : result)
}
