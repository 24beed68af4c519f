export { type Action, ageAt, ageRules, countsAt } from './age-rules.js'
export { isOldBaseData, mayBeConfidential } from './base-data.js'
export { PrivacyFeedError, privacyFeedErrors } from './errors.js'
export { openText, sealText } from './feed/cipher.js'
export {
  createPrivacyFollower,
  type PrivacyFollower,
  type PrivacyFollowerOptions,
} from './feed/follower.js'
export { createNodeKey, deriveNodeKey, type NodeKey } from './feed/node-key.js'
export {
  Acknowledgement,
  CONFIRMATION_TYPE,
  type Confirmation,
  ENTRIES_TYPE,
  type Entries,
  Entry,
  feedEvents,
  type Mark,
  markHeader,
  nodeHeader,
  privacyAudience,
  privacyPaths,
  privacyScopes,
  readMark,
} from './feed/protocol.js'
export { inForce } from './in-force.js'
export {
  type Access,
  type Closure,
  type Closures,
  closedBy,
  closesEverything,
  closuresOf,
  type RowFacts,
  type RowScope,
} from './precedence.js'
export {
  Block,
  Consent,
  DataScope,
  PersonFacts,
  type PrivacyLookup,
  type PrivacyView,
  RecipientScope,
  Representation,
  RepresentationKind,
  Reservation,
  Validity,
} from './types.js'
