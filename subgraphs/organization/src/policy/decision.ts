/**
 * What a decision rests on: derived from the signed token, the signed registry and the patient's settings, see facts.ts. No
 * identifiers. `rules/access.cedarschema` has the same members; shared vectors name them too.
 */
export interface Facts {
  readonly kind: 'professional' | 'citizen'
  readonly securityLevel: number
  readonly purpose: string
  /** Code of `purpose_of_use_details`; empty where there is none. */
  readonly purposeDetails: string
  /** Category of code system 9060; empty where there is none. */
  readonly role: string
  /** Has an HPR number and a category of health personnel. */
  readonly authorised: boolean
  readonly ground: 'OWN' | 'AGREEMENT' | 'CITIZEN' | 'NONE'
  /** An agreement opens for this role. */
  readonly roleAgreed: boolean
  /** No HPR number, and an agreement names this class for such personnel, under a clinician. */
  readonly assistant: boolean
  /** No supplier acts, or one to which the requester's organisation has delegated. */
  readonly delegated: boolean
  /** The patient's settings are known and young enough. */
  readonly settingsKnown: boolean
  /** The role may break the glass. */
  readonly breakGlassRole: boolean
  readonly reasonGiven: boolean
  /** This person asked about this patient in the ordinary way a short while ago. */
  readonly firstStep: boolean
  /** The time of this person's break-glass on this patient is up. */
  readonly breakGlassOver: boolean
  readonly relation: Relation
  /** What the age rules say of this relation at the patient's age. */
  readonly ageRule: AgeRule
  /** The address of the patient, or of who represents the patient, is confidential, or not known to be open. */
  readonly addressConfidential: boolean
  /** The token was exchanged by a gateway that this organisation has named. */
  readonly throughGateway: boolean
}

/** What a citizen is to the patient: ACP codes 1 to 3, or the same person. */
export type Relation = 'SELF' | 'PARENT' | 'POWER_OF_ATTORNEY' | 'UNABLE_TO_CONSENT' | 'NONE'
export type AgeRule = 'OPEN' | 'RESTRICTED' | 'CLOSED'

/** `rules` are the ids of the rules that decided, in the order of the files: the trace that goes to the log. */
export type Decision =
  | { readonly permitted: true; readonly rules: readonly string[] }
  | { readonly permitted: false; readonly reason: RefusalReason; readonly rules: readonly string[] }

/** Reasons of the contract's ReasonCode that a policy may give. */
export type RefusalReason = (typeof refusalReasons)[number]

const refusalReasons = [
  'USER_REQUIRED',
  'SECURITY_LEVEL',
  'PURPOSE',
  'ROLE',
  'NOT_REPRESENTED',
  'NO_AGREEMENT',
  'DELEGATION',
  'BLOCKS_UNKNOWN',
  'BREAK_GLASS_INCOMPLETE',
  'BREAK_GLASS_OVER',
  'AGE',
  'POLICY_UNAVAILABLE',
  'POLICY',
] as const

export const isRefusalReason = (reason: string | undefined): reason is RefusalReason =>
  refusalReasons.some((one) => one === reason)
