import { jsonReply, type Reply } from '../http/reply.js'
import type { Answered } from './stage.js'

/** Lets an answer out. Its errors were masked where they were made; its audit record is durable by now. */
export function respond(answer: Answered): Reply {
  return jsonReply(answer.status, answer.result)
}
