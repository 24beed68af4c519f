export {
  type Bucket,
  type BucketBounds,
  type BucketQuestion,
  bucketAt,
  bucketIndex,
  bucketsOf,
  countBuckets,
  MOST_BUCKETS,
} from './buckets.js'
export {
  codeSystems,
  equivalentTokens,
  type Fold,
  isCodeToken,
  kindOf,
  type Measurement,
  type MeasurementKind,
  measurementOfKind,
  measurementOfToken,
  measurements,
  substanceOf,
  tokensOf,
} from './codes.js'
export { parseInstant } from './instant.js'
export { MOST_LISTS } from './most-lists.js'
export {
  AFTER_ALL,
  BEFORE_ALL,
  compareKeys,
  deviceStatuses,
  encodeBoundary,
  encodeNodeCursor,
  FIRST_INSTANT_MS,
  identityDigest,
  type NodeCursor,
  nodeCursorLayout,
  observationStatuses,
  parseBoundary,
  parseNodeCursor,
  patientDigest,
  planStatuses,
  type RowKey,
  responseStatuses,
  type StatusLetter,
  statusLetters,
  supersedingStatuses,
} from './node-cursor.js'
export { type Asking, joinedParts, partOf } from './parts.js'
export {
  type IdentifierFault,
  InvalidPatientIdentifier,
  identifierFaults,
  identifierSystems,
  identifierToken,
  type PatientIdentifier,
  parsePatientIdentifier,
} from './patient-identifier.js'
export {
  contractVersion,
  previousContractVersion,
  readSupergraphSdl,
  registrySdl,
  sharingSdl,
} from './sdl.js'
export {
  below,
  collect,
  type Fragments,
  fieldsBelow,
  fragmentsOf,
  type Variables,
} from './selection.js'
export { instantText, isTimeZone } from './time-zone.js'
export { isTrendUnit, type Trend, trendOf, whyNoTrend } from './trend.js'
export { isUnclaimed } from './unclaimed.js'
export { convertQuantity, isUcumUnit, type Substance } from './units.js'
