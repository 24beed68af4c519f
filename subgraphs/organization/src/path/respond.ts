import { jsonReply } from '../http/reply.js'
import type { Audited, Reply } from './stage.js'

/** Nothing of a patient leaves but here, and here comes only what is on the record. */
export const respond = ({ text }: Audited): Reply => jsonReply(200, text)
