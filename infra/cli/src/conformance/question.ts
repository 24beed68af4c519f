import type { JwsParts } from './jws.js'
import type { Claims } from './setting.js'
import type { Key } from './tokens.js'

/** A question to the node: right in all but what is said here. */
export interface Question {
  /** Claims about who asks. Default: the permitted requester. */
  readonly as?: Claims
  /** Identity number. Default: that of the known patient. */
  readonly patient?: string
  readonly query?: string
  /** Variables beside `identifier`. */
  readonly variables?: Claims
  readonly operationName?: string
  /** Other claims of the token, signed by the issuer all the same. */
  readonly token?: (right: Claims) => Claims
  /** The token in another form; `parts` are what the right one is made of. */
  readonly tokenText?: (right: string, parts: JwsParts, issuer: Key) => string
  /** Another proof. Undefined: none. */
  readonly proof?: (right: JwsParts, key: Key) => string | undefined
  /** Other members of `extensions.kilde`. */
  readonly context?: (right: Claims) => Claims
  /** The body in another form, after the proof was made for the right one where `isProven` is false. */
  readonly body?: (right: string) => string
  readonly isProven?: false
  /** True where a node that reads requesters’ signatures shall find a right one beside a question that is none. */
  readonly besideOrdinary?: true
  /** What the requester signed; true: this very question. */
  readonly signed?: true | ((right: SignedParts) => object)
  readonly headers?: Readonly<Record<string, string>>
}

/** What a signed request is made of. */
export interface SignedParts {
  readonly signature: string
  readonly token: string
  readonly body: string
  /** Signs other parts: by the requester's key, or another. */
  readonly sign: (change: {
    readonly header?: Claims
    readonly payload?: Claims
    readonly body?: string
    readonly key?: Key
  }) => string
  /** The requester's own token with other claims. */
  readonly tokenWith: (change: (right: Claims) => Claims) => string
}

/** What an ordinary question asks. */
export const ORDINARY = `query ($identifier: PatientIdentifier!) {
  patient(identifier: $identifier) { id observations(first: 1) { edges { cursor } complete sources { status } } }
}`
