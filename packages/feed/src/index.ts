export { type Access, bodyOf, createAccess } from './access.js'
export { readAnswer } from './answer-body.js'
export { createBackoff } from './backoff.js'
export { answerOf, type Call, type Caller, createCaller } from './caller.js'
export type { FeedFaults } from './faults.js'
export { acknowledge, followEvents } from './follow-events.js'
export { type FollowOptions, timingOf } from './follow-options.js'
export {
  type Connection,
  createFollowers,
  type FollowerState,
  type Followers,
} from './followers.js'
export { createFollowing, streamDispatcher } from './following.js'
export { openStream } from './open-stream.js'
export { readEvents, type StreamEvent } from './read-events.js'
export { sendEvents } from './send-events.js'
export { openJson, readSigned, signJson } from './signed-json.js'
