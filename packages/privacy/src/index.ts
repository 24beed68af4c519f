export {
  type Access,
  type Closure,
  type Closures,
  closuresOf,
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
