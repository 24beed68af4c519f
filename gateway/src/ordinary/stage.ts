import type { Variables } from '@kilde/contract'
import type { MediaType } from '../http/media-types.js'
import type { ReceivedRequest } from '../http/receive.js'
import type { Requester } from '../path/stage.js'

// A step takes what the step before made: another order does not compile.

/** A request to an ordinary graph. Nothing of it has been checked. */
export interface OrdinaryReceived extends ReceivedRequest {
  readonly accepted: MediaType
  /** The operation where it stands in the address, not in the body. */
  readonly search: URLSearchParams | undefined
}

/** From somebody who may ask. */
export interface Admitted extends OrdinaryReceived {
  /** Undefined where authentication is off. */
  readonly requester: Requester | undefined
}

/** A well-formed GraphQL request: what is wrong with it from here on is said in a GraphQL answer. */
export interface OrdinaryAsked extends Admitted {
  readonly query: string
  readonly operationName: string | undefined
  readonly variables: Variables
}

export interface OrdinaryAnswered extends OrdinaryAsked {
  readonly text: string
  readonly status: number
}
