import { jsonReply, type Reply } from '../http/reply.js'
import type { OrdinaryAnswered } from './stage.js'

/**
 * Lets an answer out. With `application/json` a status other than 200 may come from anything between here and the client, so
 * that it is no word on the operation (GraphQL over HTTP, «application/json»).
 */
export function respond({ status, text, accepted }: OrdinaryAnswered): Reply {
  return jsonReply(accepted === 'application/json' && status === 400 ? 200 : status, text)
}
